namespace AutoSelect.Device;

/// <summary>How a device process ends.</summary>
internal static class ExitCodes
{
    /// <summary>In order.</summary>
    public const int Success = 0;

    /// <summary>An option is missing or wrong.</summary>
    public const int BadInput = 2;

    /// <summary>The control side speaks another protocol: one of the two must be brought to the other's build.</summary>
    public const int OtherProtocol = 3;

    /// <summary>The control side does not let this device in: its key, or its certificate, is not good for it.</summary>
    public const int Refused = 4;
}
