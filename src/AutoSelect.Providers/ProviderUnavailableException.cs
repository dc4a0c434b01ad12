namespace AutoSelect.Providers;

/// <summary>A scheduler does not answer; what it has lent stays as it is.</summary>
public sealed class ProviderUnavailableException(string provider, string detail, Exception? inner = null)
    : IOException($"The device provider '{provider}' cannot be used now: {detail}", inner);
