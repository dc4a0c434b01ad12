namespace AutoSelect.Device;

/// <summary>The ranks of a segment did not come together; the message says why.</summary>
internal sealed class GroupNotFormedException(string message, Exception? cause = null) : Exception(message, cause);
