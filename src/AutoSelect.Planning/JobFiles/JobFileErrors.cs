using YamlDotNet.RepresentationModel;

namespace AutoSelect.Planning.JobFiles;

/// <summary>One error of a job file: where, the value and the rule.</summary>
/// <param name="Line">Counted from 1.</param>
public sealed record JobFileError(string File, int Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}

/// <summary>Collects the errors of one file, so that all are told at once.</summary>
internal sealed class JobFileErrors(string file)
{
    private readonly List<JobFileError> errors = [];

    /// <summary>In order of line.</summary>
    public IReadOnlyList<JobFileError> All => [.. errors.OrderBy(e => e.Line)];

    public bool Any => errors.Count > 0;

    public void Add(YamlNode node, string message) => Add((int)node.Start.Line, message);

    public void Add(int line, string message)
    {
        var error = new JobFileError(file, Math.Max(1, line), message);
        if (!errors.Contains(error)) errors.Add(error);
    }
}
