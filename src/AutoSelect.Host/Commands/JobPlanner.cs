using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.JobFiles;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Host.Commands;

/// <summary>A job ready to be submitted.</summary>
internal sealed record JobPlan(JobSpec Spec, Inspection Inspection);

/// <summary>From the path of a job file to a job, or to all that is wrong with it.</summary>
internal sealed class JobPlanner(ICatalogueSource source, DownloadBar downloads)
{
    /// <exception cref="CommandFault">The file cannot be read or breaks rules; the message has one line an error.</exception>
    public async Task<JobPlan> Plan(string path, CancellationToken ct)
    {
        var text = await Text(path, ct);
        var alone = JobFileReader.Read(text, path, inspection: null);
        var (inspection, refusal) = alone.Errors.Count == 0 && alone.Workload is { } workload
            ? await InspectWorkload(workload, Ranks(alone.File!), ct)
            : (await CatalogueFor(alone, ct), null);
        var reading = JobFileReader.Read(text, path, inspection);
        if (reading.File is { } file && refusal is null && inspection.Workload is { TrainingExamples: { } examples } description)
        {
            return new JobPlan(Spec(file, inspection, description, examples), inspection);
        }
        // The reader refuses an unknown workload with its line; what only the workload itself can refuse comes from it.
        var errors = reading.Errors.Count > 0 ? reading.Errors
            : [new JobFileError(path, alone.WorkloadLine, refusal ?? $"Workload '{reading.Workload?.Name}' does not say how many training examples it has.")];
        throw Fault(errors);
    }

    /// <summary>The most devices that one of the job's runs may have.</summary>
    private static int Ranks(JobFile file) =>
        file.Candidates.Strategies.Select(s => s.Ranks).Prepend(file.Candidates.Ranks).SelectMany(g => g.Ranks.IsDefault ? [] : g.Ranks).Append(file.Commit.Devices).Max();

    private static CommandFault Fault(IEnumerable<JobFileError> errors) =>
        new(ExitCodes.BadInput, string.Join(System.Environment.NewLine, errors));

    private static async Task<string> Text(string path, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllTextAsync(path, ct);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFault(ExitCodes.BadInput, $"{path}: no such file.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandFault(ExitCodes.BadInput, $"{path}: {fault.Message}");
        }
    }

    private async Task<(Inspection, string? Refusal)> InspectWorkload(WorkloadReference workload, int ranks, CancellationToken ct)
    {
        try
        {
            return (await downloads.Run(progress => source.Inspect(workload, ranks, progress, ct)), null);
        }
        catch (ArgumentException refusal)
        {
            return (await source.Inspect(null, 0, downloads.Silent, ct), refusal.Message);
        }
    }

    /// <summary>The catalogue finds the rest of a bad file's errors; where it cannot be had, those found already are told.</summary>
    private async Task<Inspection> CatalogueFor(JobFileReading alone, CancellationToken ct)
    {
        try
        {
            return await source.Inspect(null, 0, downloads.Silent, ct);
        }
        catch (EnvironmentFaultException)
        {
            throw Fault(alone.Errors);
        }
    }

    private static JobSpec Spec(JobFile file, Inspection inspection, WorkloadDescription workload, int examples)
    {
        var expanded = CandidateGenerator.Expand(file.Candidates, inspection.Catalogue, examples, workload.Traits);
        if (expanded.Errors.Length > 0) throw Fault(expanded.Errors.Select(e => new JobFileError(file.File, file.Lines.Of(e), e.ToString())));
        var baseline = Baseline.Of(expanded.Candidates, file.Baseline);
        if (baseline is null)
        {
            throw Fault([new JobFileError(file.File, file.Lines.Baseline, $"baseline is '{file.Baseline}': it must be a candidate or a strategy among the candidates.{NearestName.Suggest(file.Baseline!, expanded.Candidates.Select(c => c.Name))}")]);
        }
        if (expanded.Candidates.MaxBy(c => c.Ranks) is { } widest && widest.Ranks > file.Probe.Devices)
        {
            throw Fault([new JobFileError(file.File, file.Lines.Probe, $"probe.devices is '{file.Probe.Devices}': {widest.Name} trains on {widest.Ranks} ranks, each on a device of its own; it must be at least {widest.Ranks}.")]);
        }
        if (RankRules.BrokenCommit(expanded.Candidates, file.Commit.Devices, workload.Traits) is { } refused) throw Fault([new JobFileError(file.File, file.Lines.Commit, refused)]);
        return new JobSpec
        {
            Name = file.Name,
            Workload = file.Workload,
            Objective = file.Goal.For(workload),
            Confidence = file.Confidence,
            Candidates = expanded.Candidates,
            Baseline = baseline,
            Probe = file.Probe,
            Commit = file.Commit,
            Checkpoints = file.Checkpoints,
            Evaluation = file.Evaluation,
            Seed = file.Candidates.Seed,
            Policy = file.Policy,
            TrainingExamples = examples,
            Labels = file.Labels,
        };
    }
}
