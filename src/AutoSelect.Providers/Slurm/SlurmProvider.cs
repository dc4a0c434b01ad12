using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoSelect.Providers;

/// <summary>
/// Borrows from Slurm over its command line, one job a device; of its interfaces that is the one that changes least between releases. Its
/// jobs carry the label as their name and the class in their comment.
/// </summary>
public sealed partial class SlurmProvider : IDeviceProvider
{
    private readonly SlurmOptions options;
    private readonly SlurmPrograms programs;
    private readonly SlurmSubmission submission;

    /// <exception cref="ArgumentException">A setting cannot be said to Slurm.</exception>
    public SlurmProvider(SlurmOptions options, TimeProvider time)
    {
        this.options = options;
        programs = new SlurmPrograms(options, Name, time);
        submission = new SlurmSubmission(options);
        Classes = [.. options.Classes.Select(c => c.Device)];
    }

    public string Name => options.Name;

    public IReadOnlyList<DeviceClass> Classes { get; }

    public async Task Request(DeviceRequest request, CancellationToken cancellation)
    {
        if (await IsThere(request.Label, cancellation)) return;
        var outcome = await programs.Run(
            "sbatch", submission.Request(Find(request.Class), request), SlurmSubmission.Script, cancellation);
        if (outcome.ExitCode == 0) return;
        throw IsUnavailable(outcome) ? new ProviderUnavailableException(Name, outcome.Complaint)
            : new RequestRefusedException(Name, request.Class.Name, outcome.Complaint);
    }

    public async Task<IReadOnlyList<DeviceObservation>> Observe(ControlId control, CancellationToken cancellation)
    {
        var outcome = await Answer("squeue", ["--me", "--states=all", "--json"], cancellation);
        return SlurmQueue.Read(outcome.Output, control, Name);
    }

    public async Task Release(BorrowLabel label, CancellationToken cancellation) =>
        await Answer("scancel", ["--me", $"--name={label}"], cancellation);

    public async Task<StartEstimate> EstimateStart(DeviceClass deviceClass, TimeSpan atMost, CancellationToken cancellation)
    {
        var outcome = await programs.Run(
            "sbatch", SlurmSubmission.Estimate(Find(deviceClass), atMost), SlurmSubmission.Script, cancellation);
        if (outcome.ExitCode == 0) return ReadEstimate(outcome.Errors + outcome.Output);
        return IsUnavailable(outcome) ? throw new ProviderUnavailableException(Name, outcome.Complaint)
            : StartEstimate.Never(outcome.Complaint);
    }

    /// <summary>From what sbatch --test-only says, in UTC.</summary>
    internal static StartEstimate ReadEstimate(string text) =>
        EstimateLine().Match(text) is { Success: true } match && DateTimeOffset.TryParseExact(
            match.Groups[1].Value, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            ? StartEstimate.At(start) : StartEstimate.Unknown;

    /// <summary>True for what passes by itself, so that nothing is known of whether the request was taken.</summary>
    internal static bool IsUnavailable(SlurmPrograms.Outcome outcome) => Unavailable().IsMatch(outcome.Errors);

    private async Task<bool> IsThere(BorrowLabel label, CancellationToken cancellation)
    {
        var outcome = await Answer("squeue", ["--me", "--states=all", "--noheader", $"--name={label}", "--format=%i"], cancellation);
        return outcome.Output.Trim().Length > 0;
    }

    private async Task<SlurmPrograms.Outcome> Answer(string program, string[] arguments, CancellationToken cancellation)
    {
        var outcome = await programs.Run(program, arguments, "", cancellation);
        return outcome.ExitCode == 0 ? outcome : throw new ProviderUnavailableException(Name, $"{program}: {outcome.Complaint}");
    }

    private SlurmClass Find(DeviceClass deviceClass) => options.Classes.FirstOrDefault(c => c.Device.Name == deviceClass.Name)
        ?? throw new ArgumentException($"The device class '{deviceClass.Name}' is not one of '{Name}'.", nameof(deviceClass));

    [GeneratedRegex(@"to start at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")]
    private static partial Regex EstimateLine();

    [GeneratedRegex(
        "contact slurm controller|timed out|temporarily|Zero Bytes|Connection refused|Protocol authentication", RegexOptions.IgnoreCase)]
    private static partial Regex Unavailable();
}
