using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoSelect.Providers;

/// <summary>The arguments of sbatch. Each setting is one argument of the form --name=value, so that none can become another.</summary>
internal sealed partial class SlurmSubmission
{
    /// <summary>
    /// The whole job script, always the same: what is to run comes as its arguments. The device takes its place and its signals.
    /// </summary>
    public const string Script = "#!/bin/sh\nexec \"$@\"\n";

    private const string ClassPrefix = "autoselect class=";

    private readonly SlurmOptions options;

    /// <exception cref="ArgumentException">A name of the environment cannot be said to Slurm.</exception>
    public SlurmSubmission(SlurmOptions options)
    {
        this.options = options;
        foreach (var name in options.Environment.Keys)
        {
            if (!VariableName().IsMatch(name) || name is "ALL" or "NONE" or "NIL")
            {
                throw new ArgumentException(
                    $"The environment variable '{name}' must be a name of letters, digits and underscores, and none of ALL, NONE and NIL.",
                    nameof(options));
            }
        }
    }

    /// <summary>For a request; followed by the command, which is the script's.</summary>
    public IReadOnlyList<string> Request(SlurmClass of, DeviceRequest request) =>
    [
        "--parsable",
        $"--job-name={request.Label}",
        $"--comment={ClassPrefix}{of.Device.Name}",
        .. Resources(of, request.AtMost),
        of.Requeue ? "--requeue" : "--no-requeue",
        .. Whole(options.Notice, TimeSpan.FromSeconds(1)) is > 0 and var notice ? [$"--signal=B:TERM@{notice}"] : Array.Empty<string>(),
        $"--export={(options.Environment.IsEmpty ? "NIL" : string.Join(',', options.Environment.Keys))}",
        "--input=none",
        $"--output={(options.Logs is { } logs ? $"{logs.TrimEnd('/')}/{request.Label}.log" : "/dev/null")}",
        "--open-mode=append",
        $"--chdir={options.Folder}",
        "/dev/stdin",
        .. options.Command.For(request),
    ];

    /// <summary>For the question when a request would start.</summary>
    public static IReadOnlyList<string> Estimate(SlurmClass of, TimeSpan atMost) => ["--test-only", .. Resources(of, atMost), "/dev/stdin"];

    /// <summary>The class in a job's comment; empty where there is none.</summary>
    public static string ReadClass(string comment) =>
        comment.StartsWith(ClassPrefix, StringComparison.Ordinal) ? comment[ClassPrefix.Length..] : "";

    private static ImmutableArray<string> Resources(SlurmClass of, TimeSpan atMost)
    {
        (string Name, string? Value)[] settings =
        [
            // Slurm counts in minutes, and rounds up itself.
            ("time", Whole(atMost, TimeSpan.FromMinutes(1)).ToString(CultureInfo.InvariantCulture)),
            ("nodes", "1"), ("ntasks", "1"), ("cpus-per-task", of.Cpus.ToString(CultureInfo.InvariantCulture)),
            ("partition", of.Partition), ("qos", of.Qos), ("account", of.Account),
            ("gres", of.Gres), ("constraint", of.Constraint), ("mem", of.Memory),
        ];
        return [.. settings.Where(s => s.Value is not null).Select(s => $"--{s.Name}={s.Value}")];
    }

    private static long Whole(TimeSpan time, TimeSpan unit) => (long)Math.Ceiling(time / unit);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();
}
