using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Planning.Programs;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning;

/// <summary>From the text of a job file to a job, or to all that is wrong with it.</summary>
/// <param name="source">Is asked what can be run.</param>
public sealed class JobPlanner(ICatalogueSource source)
{
    private static readonly IProgress<DataProgress> Silent = new Progress<DataProgress>();

    /// <param name="job">The job file.</param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="ct">Ends the inspection.</param>
    /// <exception cref="InspectionFailedException">Nothing is wrong with the file as far as it could be checked, but a device process or a
    /// data set cannot be had.</exception>
    public async Task<JobPlanning> Plan(JobText job, IProgress<DataProgress> progress, CancellationToken ct)
    {
        var alone = JobFileReader.Read(job, inspection: null);
        if (alone.Draft is null) return JobPlanning.Refused(alone.Errors);
        var answer = await Ask(alone, progress, ct);
        if (answer.Inspection is not { } inspection)
        {
            if (!alone.Found.Any) ExceptionDispatchInfo.Throw(answer.Failure!);
            return JobPlanning.Refused(alone.Errors);
        }
        var reading = JobFileReader.Read(job, inspection);
        var (file, errors) = (reading.Draft!, reading.Found);
        // The reader says with its line and the nearest name what the catalogue lacks; what only the workload can refuse comes from it.
        if (answer.Refusal is { } refusal && !errors.Concern("workload"))
        {
            var path = refusal.Option is { } option ? OptionPath(option) : "workload";
            errors.Add(file.Lines.At(path), path, refusal.Message);
        }
        var checks = new JobChecks(file, errors, inspection, inspection.Workload ?? answer.Refusal?.Description);
        var (candidates, baseline) = checks.Run();
        if (errors.Any) return JobPlanning.Refused(errors.All);
        if (answer.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        var spec = Spec(file, inspection, candidates, baseline!);
        return JobPlanning.Planned(new JobPlan(spec, inspection, Warnings(job, file, inspection.Workload!, checks.Notes)));
    }

    /// <summary>From the text of what is to join a job to its candidates, or to all that is wrong with it.</summary>
    /// <param name="addition">The keys of a job file that make candidates: candidates, batchSizes, ranks, communication, points, epochs,
    /// modifiers. Batch sizes and epochs that it does not name are those of the job's candidates.</param>
    /// <param name="job">As it is in force.</param>
    /// <param name="progress">Told of downloads.</param>
    /// <param name="ct">Ends the inspection.</param>
    /// <returns>A plan of the job with those candidates alone.</returns>
    /// <exception cref="InspectionFailedException">A device process or a data set cannot be had.</exception>
    /// <exception cref="WorkloadRefusedException">The job's workload is refused now, such as for a file that is gone.</exception>
    public async Task<JobPlanning> PlanAddition(JobText addition, JobSpec job, IProgress<DataProgress> progress, CancellationToken ct)
    {
        var alone = JobFileReader.ReadAddition(addition, job, catalogue: null);
        if (alone.Draft is null) return JobPlanning.Refused(alone.Errors);
        var inspection = job.Workload.Program is null
            ? await source.Inspect(job.Workload, alone.Found.Any ? 0 : Ranks(alone.Draft), progress, ct)
            : ProgramWorkload.Add(await source.Inspect(null, 0, progress, ct), job.Workload, job.TrainingExamples);
        var reading = JobFileReader.ReadAddition(addition, job, inspection.Catalogue);
        var (file, errors) = (reading.Draft!, reading.Found);
        var checks = new JobChecks(file, errors, inspection, inspection.Workload);
        var candidates = checks.RunAddition(job);
        if (errors.Any) return JobPlanning.Refused(errors.All);
        var warnings = Warnings(addition, file, inspection.Workload!, checks.Notes);
        return JobPlanning.Planned(new JobPlan(job with { Candidates = candidates }, inspection, warnings));
    }

    /// <summary>Why a job's metric cannot come to a value, as a rule; null where it can, or where its range is not known.</summary>
    /// <exception cref="InspectionFailedException">A device process cannot be had.</exception>
    public async Task<string?> BrokenTarget(JobSpec job, double target, CancellationToken ct)
    {
        if (job.Workload is not { Assembly: null, Program: null }) return null;
        var catalogue = await ReadCatalogue(ct);
        var workload = catalogue.Workloads.FirstOrDefault(w => w.Name == job.Workload.Name);
        return workload?.Range is { } range && !range.Contains(target)
            ? $"target is '{Wording.Number(target)}': {JobChecks.RangeRule(workload.Metric, range, target)}." : null;
    }

    /// <summary>What can be run.</summary>
    /// <exception cref="InspectionFailedException">A device process cannot be had.</exception>
    public async Task<Catalogue> ReadCatalogue(CancellationToken ct) => (await source.Inspect(null, 0, Silent, ct)).Catalogue;

    /// <summary>What can be run, and the strategies that a job's own workload brought along: those that it was planned with, for what reads
    /// a job runs none of its code.</summary>
    /// <exception cref="InspectionFailedException">A device process cannot be had.</exception>
    public async Task<Catalogue> ReadCatalogue(JobSpec job, CancellationToken ct)
    {
        var catalogue = await ReadCatalogue(ct);
        var own = job.OwnStrategies.Select(s => s.Name).ToImmutableArray();
        return catalogue with
        {
            Strategies = [.. catalogue.Strategies.Where(s => !own.Contains(s.Name)), .. job.OwnStrategies],
            OwnStrategies = own,
        };
    }

    /// <summary>An answer, and why it is not whole.</summary>
    private sealed record Answer(
        Inspection? Inspection, WorkloadRefusedException? Refusal = null, InspectionFailedException? Failure = null);

    /// <summary>Looks at the workload where that part of the file is sound; else, or where that fails, at the catalogue alone.</summary>
    private async Task<Answer> Ask(JobFileReading alone, IProgress<DataProgress> progress, CancellationToken ct)
    {
        var answer = new Answer(null);
        if (alone.Workload is { Program: not null } program) return await AskOfProgram(program, alone.Draft!.Program!, ct);
        if (alone.Workload is { } workload)
        {
            try
            {
                // A file that is refused anyway needs no links.
                return new(await source.Inspect(workload, alone.Found.Any ? 0 : Ranks(alone.Draft!), progress, ct));
            }
            catch (WorkloadRefusedException e)
            {
                answer = new(null, Refusal: e);
            }
            catch (InspectionFailedException e)
            {
                answer = new(null, Failure: e);
            }
        }
        return await AskOfMachine(answer, ct);
    }

    private async Task<Answer> AskOfMachine(Answer answer, CancellationToken ct)
    {
        try
        {
            return answer with { Inspection = await source.Inspect(null, 0, Silent, ct) };
        }
        catch (InspectionFailedException e)
        {
            return answer with { Failure = answer.Failure ?? e };
        }
    }

    /// <summary>A program is not started to plan its job: what is known of it stands in the file.</summary>
    private async Task<Answer> AskOfProgram(WorkloadReference workload, ProgramRequest request, CancellationToken ct)
    {
        var answer = await AskOfMachine(new(null), ct);
        return answer.Inspection is { } machine
            ? answer with { Inspection = ProgramWorkload.Add(machine, workload, request.Steps) } : answer;
    }

    /// <summary>The most devices that one of the job's runs may have.</summary>
    private static int Ranks(JobFile file) =>
        file.Candidates.Strategies.Select(s => s.Ranks).Prepend(file.Candidates.Ranks)
            .SelectMany(g => g.Ranks.IsDefault ? [] : g.Ranks).Append(file.Commit.Devices).Max();

    private static string OptionPath(string option) => $"workload.options.{option}";

    private static ImmutableArray<JobFileError> Warnings(
        JobText job, JobFile file, WorkloadDescription workload, ImmutableArray<CandidateNote> notes)
    {
        var ofWorkload = workload.Warnings.Select(w => (Path: w.Option is { } option ? OptionPath(option) : "workload", w.Message));
        return
        [
            .. from warning in ofWorkload.Concat(notes.Select(n => (n.Path, n.Message)))
               let line = file.Lines.At(warning.Path)
               orderby line
               select new JobFileError(job.File, line, warning.Message) { Path = warning.Path },
        ];
    }

    private static JobSpec Spec(JobFile file, Inspection found, ImmutableArray<Candidate> candidates, string baseline) => new()
    {
        Name = file.Name,
        Workload = file.Workload!,
        Objective = file.Goal!.For(found.Workload!),
        Confidence = file.Confidence,
        Candidates = candidates,
        Baseline = baseline,
        Probe = file.Probe,
        Commit = file.Commit,
        Checkpoints = file.Checkpoints,
        Evaluation = file.Evaluation,
        Seed = file.Candidates.Seed,
        Policy = file.Policy,
        Priority = file.Priority,
        TrainingExamples = found.Workload!.TrainingExamples!.Value,
        Labels = file.Labels,
        Notify = file.Notify,
        OwnStrategies = [.. found.Catalogue.Strategies.Where(s => found.Catalogue.OwnStrategies.Contains(s.Name))],
    };
}
