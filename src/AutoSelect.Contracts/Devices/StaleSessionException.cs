namespace AutoSelect.Contracts;

/// <summary>A device process called with a session that is over: it must register again.</summary>
[GenerateSerializer, Alias("autoselect.StaleSessionException")]
public sealed class StaleSessionException(string message) : InvalidOperationException(message);
