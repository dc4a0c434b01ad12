namespace AutoSelect.Contracts;

/// <summary>Types of problems that a program has to tell from others of the same status.</summary>
public static class ApiProblemTypes
{
    /// <summary>A device called with a session that is over: it must register again.</summary>
    public const string StaleSession = "urn:autoselect:stale-session";

    /// <summary>What a device spoke of was never given to it: it must give it up.</summary>
    public const string ForeignLease = "urn:autoselect:foreign-lease";

    /// <summary>A device speaks another protocol than the server: one of them must be brought to the other's build.</summary>
    public const string DeviceProtocol = "urn:autoselect:device-protocol";
}
