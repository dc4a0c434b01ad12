using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>A quota that stands against something.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Reason">With its figures, for people.</param>
internal sealed record Block(Account Account, string Reason);

/// <summary>What the quotas of a project and of a user stand against. Pure.</summary>
internal static class Quotas
{
    /// <summary>What stands against another running job; null for nothing.</summary>
    /// <param name="facts">Limits and use.</param>
    /// <param name="demand">The job's.</param>
    /// <param name="running">Admitted jobs of an account.</param>
    public static Block? OnJob(PoolFacts facts, Demand demand, Func<Account, int> running) => OnEither(demand, account =>
        facts.Projects.Of(account).RunningJobs is { } most && running(account) is var count && count >= most
            ? $"{account} has {count} of {Wording.Count(most, "job")} running" : IsElsewhere(demand) ? null : OnHours(facts, account));

    /// <summary>What stands against another device; null for nothing.</summary>
    /// <param name="facts">Limits and use.</param>
    /// <param name="demand">The job's.</param>
    /// <param name="tally">Devices held.</param>
    /// <param name="isLeast">True for one without which nothing of the job can run: used-up device-hours do not stop what runs.</param>
    public static Block? OnDevice(
        PoolFacts facts, Demand demand, Tally tally, bool isLeast) => IsElsewhere(demand) ? null : OnEither(demand, account =>
        facts.Projects.Of(account).Devices is { } most && tally.Held(account) is var held && held >= most
            ? $"{account} holds {held} of {Wording.Count(most, "device")}" : isLeast ? null : OnHours(facts, account));

    /// <summary>Why another job may not even wait, with the figures; null where it may.</summary>
    /// <param name="limits">Of the account.</param>
    /// <param name="account">Whose.</param>
    /// <param name="jobs">Its jobs that run or wait.</param>
    /// <param name="admitted">Those of them that are admitted.</param>
    /// <param name="use">Device time used so far.</param>
    public static string? OnWaiting(UseLimits limits, Account account, int jobs, int admitted, UseBook use)
    {
        if (limits.WaitingJobs is not { } most) return null;
        var waiting = Math.Max(0, jobs - admitted);
        var places = use.HoursInPeriod(account) >= (limits.DeviceHours ?? double.PositiveInfinity) ? 0
            : Math.Max(0, (limits.RunningJobs ?? int.MaxValue) - admitted);
        if (waiting < places || waiting - places < most) return null;
        return $"{account} has {Wording.Count(admitted, "job")} running and {waiting} waiting, of which at most {most} may: submit again "
            + "when one has started.";
    }

    /// <summary>What stands against what is held already, such as a limit that was lowered since; null for nothing.</summary>
    public static Block? OnHolding(PoolFacts facts, Demand demand, Tally tally) => OnEither(demand, account =>
        facts.Projects.Of(account).Devices is { } most && tally.Held(account) is var held && held > most
            ? $"{account} holds {held} of {Wording.Count(most, "device")}" : OnHours(facts, account));

    /// <summary>True for a job whose leases bind nobody's device.</summary>
    private static bool IsElsewhere(Demand demand) => demand.Class == DeviceKind.Elsewhere;

    private static string? OnHours(PoolFacts facts, Account account)
    {
        var limits = facts.Projects.Of(account);
        return limits.DeviceHours is { } most && facts.Use.HoursInPeriod(account) >= most
            ? $"{account} has used its {Wording.Number(most)} device-hours in {Wording.Number(limits.PeriodHours)} h" : null;
    }

    private static Block? OnEither(Demand demand, Func<Account, string?> look)
    {
        var (project, user) = Account.Of(demand);
        return look(project) is { } whole ? new Block(project, whole) : look(user) is { } own ? new Block(user, own) : null;
    }
}
