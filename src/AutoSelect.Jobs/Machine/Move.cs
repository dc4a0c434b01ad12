using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Machine;

/// <summary>What a job does next. Closed; the interpreter carries it out and asks again.</summary>
public abstract record Move
{
    /// <summary>Nothing, until something is heard or the job's clock comes to a time; infinite for no time.</summary>
    public sealed record Wait(double Until = double.PositiveInfinity) : Move;

    /// <summary>Start segments on leased devices.</summary>
    public sealed record Dispatch(ImmutableArray<Gang> Gangs) : Move;

    /// <summary>Start the segment that writes the answer's weights.</summary>
    public sealed record Export(Gang Gang) : Move;

    /// <summary>Have the policy judge the trials.</summary>
    public sealed record Decide : Move;

    /// <summary>A move that is nothing but events to store.</summary>
    public abstract record Change(ImmutableArray<JobChange> Changes) : Move;

    /// <summary>Something happened by itself: a trial may begin, a device is gone.</summary>
    public sealed record Repair(ImmutableArray<JobChange> Changes) : Change(Changes);

    /// <summary>Training is over by a rule of the job: this trial is the answer.</summary>
    public sealed record Commit(ImmutableArray<JobChange> Changes) : Change(Changes);

    /// <summary>All has ended that was to end for a pause.</summary>
    public sealed record Pause() : Change([new JobPaused()]);

    /// <summary>The job waits to be admitted, for this reason.</summary>
    public sealed record Hold(string Reason) : Change([new JobHeld(Reason)]);

    /// <summary>The job has waited long enough.</summary>
    public sealed record Admit() : Change([new JobAdmitted()]);

    /// <summary>The job ends.</summary>
    public sealed record End(JobPhase Phase, Outcome Outcome) : Change([new JobEnded(Phase, Outcome)]);
}
