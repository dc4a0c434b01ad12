namespace AutoSelect.Contracts;

/// <summary>
/// What the holder of an API key may do in the key's project; each role of people may all that those before it may.
/// </summary>
[JsonStringEnum]
public enum KeyRole
{
    /// <summary>Read jobs, devices and the queue.</summary>
    Viewer,

    /// <summary>Submit jobs and ask things of them. Whoever may submit runs code with the rights of the device processes.</summary>
    Submitter,

    /// <summary>Create and revoke keys.</summary>
    Operator,

    /// <summary>
    /// Speak for devices whose ids are the key's name, or begin with it and a dash: register them, take their work, report it.
    /// Devices work for every project, so such a key is good for all of them.
    /// </summary>
    Device,
}
