namespace AutoSelect.Jobs.Sharing;

/// <summary>A job is refused because too many wait already; the message has the figures.</summary>
public sealed class QueueFullException(string message) : InvalidOperationException(message);
