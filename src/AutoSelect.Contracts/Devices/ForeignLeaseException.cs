namespace AutoSelect.Contracts;

/// <summary>A device spoke of a lease that was never given to it; nothing was changed.</summary>
[GenerateSerializer, Alias("autoselect.ForeignLeaseException")]
public sealed class ForeignLeaseException(string message) : InvalidOperationException(message);
