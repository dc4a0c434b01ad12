using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Transitions;

/// <summary>
/// Another target or deadline for a job that has not ended. The length of its runs is not among them: learning-rate schedules end there, so
/// it is part of every candidate. Pure.
/// </summary>
internal static class Extensions
{
    /// <summary>The objective from now on; null where it is in force already.</summary>
    /// <param name="record">A job that has not ended.</param>
    /// <param name="request">Asks for the change.</param>
    /// <param name="now">Seconds of the job's clock.</param>
    /// <exception cref="ArgumentException">Neither target nor deadline is named, or one has a value that cannot be.</exception>
    /// <exception cref="InvalidOperationException">The objective has no such part, or the job has its answer.</exception>
    public static Objective? Changed(JobRecord record, JobRequest request, double now)
    {
        if (request is { Target: null, DeadlineSeconds: null })
            throw new ArgumentException("Neither target nor deadline is given: extend needs at least one of them.");
        if (record.Exporting is not null)
            throw new InvalidOperationException(
                $"Job '{record.Id}' has its answer already and writes it: its objective cannot be changed.{HowToGoOn(record)}");
        var objective = record.Spec.Objective;
        var changed = objective with
        {
            Target = request.Target is { } target ? CheckedTarget(objective, target) : objective.Target,
            DeadlineSeconds = request.DeadlineSeconds is { } deadline
                ? CheckedDeadline(objective, deadline, now) : objective.DeadlineSeconds,
        };
        return changed == objective ? null : changed;
    }

    /// <summary>What somebody can do who wants more of a job that has its answer; begins with a space.</summary>
    public static string HowToGoOn(JobRecord record) => record.Exporting is null && record.Outcome?.Winner is null
        ? " To go on, submit it anew."
        : $" To go on, submit a new job: autoselect export {record.Id} --job-file next.yaml writes one that trains the winner alone; set "
            + "another target there, and add candidates with continues to try what does better from a share of its run on.";

    private static double CheckedTarget(Objective objective, double target)
    {
        if (objective.Kind != ObjectiveKind.FastestTo)
            throw new InvalidOperationException(
                $"The target is '{Wording.Number(target)}': the job's objective is {Wording.Objective(objective)}, which has no target.");
        return double.IsFinite(target) ? target
            : throw new ArgumentException($"The target is '{Wording.Number(target)}': it must be a finite number.");
    }

    private static double? CheckedDeadline(Objective objective, double deadline, double now)
    {
        if (double.IsPositiveInfinity(deadline))
        {
            return objective.Kind != ObjectiveKind.BestBy ? null : throw new InvalidOperationException(
                $"The deadline is to be none: the job's objective is {Wording.Objective(objective)}, which needs one.");
        }
        return deadline > now ? deadline : throw new ArgumentException(
            $"The deadline is {Wording.Duration(deadline)} after the job's start: it must lie ahead, and the job has run for "
            + $"{Wording.Duration(now)}. To end it now, commit or cancel it.");
    }
}
