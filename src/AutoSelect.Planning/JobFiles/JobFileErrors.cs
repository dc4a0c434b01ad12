using YamlDotNet.RepresentationModel;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Collects the errors of one file, so that all are told at once, and knows which parts of it are sound.</summary>
internal sealed class JobFileErrors(string file)
{
    private readonly List<JobFileError> errors = [];

    /// <summary>What the file is, for people; default "a job file".</summary>
    public string Kind { get; init; } = "a job file";

    /// <summary>In order of line.</summary>
    public IReadOnlyList<JobFileError> All => [.. errors.OrderBy(e => e.Line)];

    public bool Any => errors.Count > 0;

    /// <summary>True when something is wrong with that part of the file or with a part of it: what is said about it further would follow
    /// from that.</summary>
    public bool Concern(string path) => errors.Exists(
        e => e.Path.StartsWith(path, StringComparison.Ordinal) && (e.Path.Length == path.Length || e.Path[path.Length] is '.' or '['));

    /// <summary>True when something is wrong with that part of the file itself.</summary>
    public bool ConcernItself(string path) => errors.Exists(e => e.Path == path);

    public void Add(YamlNode node, string path, string message, string? value = null, string? rule = null) =>
        Add((int)node.Start.Line, path, message, value, rule);

    public void Add(int line, string path, string message, string? value = null, string? rule = null)
    {
        var error = new JobFileError(file, Math.Max(1, line), message) { Path = path, Value = value, Rule = rule };
        if (!errors.Exists(e => e.Line == error.Line && e.Message == message)) errors.Add(error);
    }
}
