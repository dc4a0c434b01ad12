namespace AutoSelect.Providers;

/// <summary>A scheduler answers that it will not lend what was asked for, such as for a partition that it does not have.</summary>
public sealed class RequestRefusedException(string provider, string deviceClass, string detail)
    : Exception($"The device provider '{provider}' refuses a device of class '{deviceClass}': {detail}");
