namespace AutoSelect.Contracts;

/// <summary>What the holder of an API key may do in the key's project; each role may all that those before it may.</summary>
[JsonStringEnum]
public enum KeyRole
{
    /// <summary>Read jobs, devices and the queue.</summary>
    Viewer,

    /// <summary>Submit jobs and ask things of them. Whoever may submit runs code with the rights of the device processes.</summary>
    Submitter,

    /// <summary>Create and revoke keys.</summary>
    Operator,
}
