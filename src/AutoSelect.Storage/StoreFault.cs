namespace AutoSelect.Storage;

/// <summary>A store that cannot be written.</summary>
/// <param name="Reason">What the latest write said.</param>
/// <param name="Since">Time stamp of the first of the failures in a row.</param>
public sealed record StoreFault(string Reason, long Since);
