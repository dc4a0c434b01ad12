using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Planning.Winners;

/// <summary>A job file that runs a program with the winner's arguments alone.</summary>
internal static class ProgramWinner
{
    /// <returns>YAML.</returns>
    /// <exception cref="InvalidOperationException">Nobody is chosen yet.</exception>
    public static string Write(JobRecord job, ProgramReference program)
    {
        var (spec, winner) = (job.Spec, WinningRun.WinnerOf(job));
        return string.Concat(new[]
        {
            [
                $"# The winner of job {job.Id}, {winner.Candidate.Name}{WinnerWords.Result(job)}. Written by autoselect export.",
                $"name: {WinnerJobFile.Quoted(WinnerJobFile.NameFor(spec.Name))}",
            ],
            Workload(spec.Workload.Name, program, winner.HorizonSteps),
            [$"objective: {WinnerJobFile.Objective(spec.Objective)}"],
            Candidate(winner.Candidate),
            [
                $"seed: {winner.Candidate.Seed}",
                $"evaluation: {{ perEpoch: {WinnerJobFile.Number(spec.Evaluation.PerEpoch)} }}",
                $"checkpoints: {{ every: {WinnerJobFile.Seconds(spec.Checkpoints.EverySeconds)}, "
                    + $"diskLimit: {spec.Checkpoints.DiskLimitBytes}B }}",
                $"probe: {{ devices: {winner.Candidate.Ranks} }}",
            ],
        }.SelectMany(lines => lines).Select(line => line + "\n"));
    }

    private static IEnumerable<string> Workload(string name, ProgramReference program, long steps)
    {
        yield return "workload:";
        if (program.IsElsewhere)
        {
            yield return "  trained: elsewhere";
            yield return $"  name: {WinnerJobFile.Quoted(name)}";
        }
        else yield return $"  command: [{string.Join(", ", program.Command.Select(WinnerJobFile.Quoted))}]";
        yield return $"  metric: {WinnerJobFile.Quoted(program.Metric)}";
        yield return $"  direction: {(program.Direction == Direction.Minimize ? "minimize" : "maximize")}";
        yield return string.Create(CultureInfo.InvariantCulture, $"  steps: {steps}");
        yield return $"  patience: {WinnerJobFile.Seconds(program.PatienceSeconds)}";
        if (!program.IsElsewhere)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  disk: {program.DiskBytes}B");
            yield return string.Create(CultureInfo.InvariantCulture, $"  processes: {program.ProcessLimit}");
        }
        if (!program.CanResume) yield return "  resumes: false";
        if (!program.Environment.IsEmpty) yield return "  environment:";
        foreach (var (key, value) in program.Environment) yield return $"    {WinnerJobFile.Quoted(key)}: {WinnerJobFile.Quoted(value)}";
        if (program.Points is not { } points) yield break;
        yield return "  points:";
        yield return $"    format: {points.Format.ToString().ToLowerInvariant()}";
        if (points.File is { } file) yield return $"    file: {WinnerJobFile.Quoted(file)}";
        if (points.Pattern is { } pattern) yield return $"    pattern: {WinnerJobFile.Quoted(pattern)}";
        if (points.Format is PointFormat.Csv or PointFormat.JsonLines) yield return $"    step: {WinnerJobFile.Quoted(points.Step)}";
        if (points.Value is { } tag) yield return $"    value: {WinnerJobFile.Quoted(tag)}";
    }

    private static IEnumerable<string> Candidate(Candidate winner)
    {
        yield return "candidates:";
        yield return $"  - name: {WinnerJobFile.Quoted(Name(winner.Name))}";
        if (winner.Strategy != Programs.ProgramWorkload.Strategy.Name) yield return $"    like: {WinnerJobFile.Quoted(winner.Strategy)}";
        if (winner.Ranks > 1) yield return $"    ranks: {winner.Ranks}";
        if (!winner.Arguments.IsEmpty) yield return "    arguments:";
        // JSON is YAML.
        foreach (var (name, value) in winner.Arguments) yield return $"      {WinnerJobFile.Quoted(name)}: {value}";
    }

    /// <summary>The part of a name that was declared, in as far as it may stand in a job file.</summary>
    private static string Name(string name) => JobFiles.JobName.IsValid(name) ? name : "winner";
}
