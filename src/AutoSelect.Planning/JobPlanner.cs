using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Planning.Trials;
using AutoSelect.Selection;

namespace AutoSelect.Planning;

/// <summary>From the text of a job file to a job, or to all that is wrong with it.</summary>
/// <param name="source">Is asked what can be run.</param>
public sealed class JobPlanner(ICatalogueSource source)
{
    private static readonly IProgress<DataProgress> Silent = new Progress<DataProgress>();

    /// <param name="job">The job file.</param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="ct">Ends the inspection.</param>
    /// <exception cref="InspectionFailedException">Nothing is wrong with the file as far as it could be checked, but a device process or a data set cannot be had.</exception>
    public async Task<JobPlanning> Plan(JobText job, IProgress<DataProgress> progress, CancellationToken ct)
    {
        var alone = JobFileReader.Read(job, inspection: null);
        Inspection inspection;
        WorkloadRefusedException? refusal;
        try
        {
            (inspection, refusal) = alone.Errors.Count == 0 && alone.Workload is { } workload
                ? await InspectWorkload(workload, Ranks(alone.File!), progress, ct)
                : (await source.Inspect(null, 0, Silent, ct), null);
        }
        catch (InspectionFailedException) when (alone.Errors.Count > 0)
        {
            // The catalogue finds the rest of a bad file's errors; without it those found already are told.
            return JobPlanning.Refused(alone.Errors);
        }
        var reading = JobFileReader.Read(job, inspection);
        if (reading.File is { } file && refusal is null && inspection.Workload is { TrainingExamples: { } examples } description)
            return Checked(file, inspection, description, examples);
        // The reader refuses an unknown workload with its line; what only the workload itself can refuse comes from it.
        return JobPlanning.Refused(reading.Errors.Count > 0 ? reading.Errors
            : [new JobFileError(job.File, alone.WorkloadLine, refusal?.Message ?? $"Workload '{reading.Workload?.Name}' does not say how many training examples it has.")]);
    }

    /// <summary>The most devices that one of the job's runs may have.</summary>
    private static int Ranks(JobFile file) =>
        file.Candidates.Strategies.Select(s => s.Ranks).Prepend(file.Candidates.Ranks).SelectMany(g => g.Ranks.IsDefault ? [] : g.Ranks).Append(file.Commit.Devices).Max();

    private async Task<(Inspection, WorkloadRefusedException? Refusal)> InspectWorkload(WorkloadReference workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct)
    {
        try
        {
            return (await source.Inspect(workload, ranks, progress, ct), null);
        }
        catch (WorkloadRefusedException refusal)
        {
            return (await source.Inspect(null, 0, Silent, ct), refusal);
        }
    }

    private static JobPlanning Checked(JobFile file, Inspection inspection, WorkloadDescription workload, int examples)
    {
        JobPlanning Refused(int line, string message) => JobPlanning.Refused([new JobFileError(file.File, line, message)]);
        var expanded = CandidateGenerator.Expand(file.Candidates, inspection.Catalogue, examples, workload.Traits);
        if (expanded.Errors.Length > 0) return JobPlanning.Refused(expanded.Errors.Select(e => new JobFileError(file.File, file.Lines.Of(e), e.ToString())));
        var baseline = Baseline.Of(expanded.Candidates, file.Baseline);
        if (baseline is null)
        {
            return Refused(file.Lines.Baseline, $"baseline is '{file.Baseline}': it must be a candidate or a strategy among the candidates.{NearestName.Suggest(file.Baseline!, expanded.Candidates.Select(c => c.Name))}");
        }
        if (expanded.Candidates.MaxBy(c => c.Ranks) is { } widest && widest.Ranks > file.Probe.Devices)
        {
            return Refused(file.Lines.Probe, $"probe.devices is '{file.Probe.Devices}': {widest.Name} trains on {widest.Ranks} ranks, each on a device of its own; it must be at least {widest.Ranks}.");
        }
        if (RankRules.BrokenCommit(expanded.Candidates, file.Commit.Devices, workload.Traits) is { } refused) return Refused(file.Lines.Commit, refused);
        return JobPlanning.Planned(new JobPlan(new JobSpec
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
        }, inspection));
    }
}
