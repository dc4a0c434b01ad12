namespace AutoSelect.Planning.JobFiles;

/// <summary>One error of a job file, or something in it that its user should know.</summary>
/// <param name="File">As <see cref="JobText.File"/>.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Message">What stands there and the rule that it breaks, in one sentence.</param>
public sealed record JobFileError(string File, int Line, string Message)
{
    /// <summary>What it is about, such as candidates[1].values.learningRate; empty for the file as a whole.</summary>
    public string Path { get; init; } = "";

    /// <summary>What stands there; null where nothing does.</summary>
    public string? Value { get; init; }

    /// <summary>What must stand there; null where the message alone says it.</summary>
    public string? Rule { get; init; }

    /// <summary>"file:line: message".</summary>
    public override string ToString() => $"{File}:{Line}: {Message}";
}
