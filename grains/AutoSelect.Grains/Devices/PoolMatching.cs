using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>
/// Has plans made for the pool and carries them out: one at a time, and one more for all who came meanwhile. A plan is a function of the
/// ledger, and of the clock, slowly: while the ledger is as it was after the last one there is none to make.
/// </summary>
/// <param name="ledger">What there is, and where plans are carried out.</param>
/// <param name="accounts">What else the pool knows.</param>
/// <param name="supervised">Jobs that are attended to here.</param>
/// <param name="wake">Told of each job that has news.</param>
internal sealed partial class PoolMatching(
    ILeaseLedger ledger, PoolAccounts accounts, SupervisedJobs supervised, TimeProvider time, LeaseOptions options, SharingOptions sharing,
    AutoSelectTelemetry telemetry, ILogger logger, Action<JobId> wake)
{
    private Task running = Task.CompletedTask;
    private bool isAsked;
    private bool isForced;
    private long matched = -1;
    private long matchedAt;

    /// <summary>
    /// Sees to it that a plan is made of what stands in the ledger by now, where that is not what the last one was made of.
    /// </summary>
    /// <param name="force">True to have one made whether or not.</param>
    public void Ask(bool force = false)
    {
        (isAsked, isForced) = (true, isForced || force);
        if (running.IsCompleted) running = Run();
    }

    private async Task Run()
    {
        try
        {
            while (isAsked)
            {
                var (began, force) = (time.GetTimestamp(), isForced);
                (isAsked, isForced) = (false, false);
                await Match(force);
                // With many jobs a plan takes time, and the grain has more to do.
                if (isAsked) await Task.Delay(TimeSpan.FromTicks(Math.Min(time.GetElapsedTime(began).Ticks, options.Check.Ticks)), time);
            }
        }
        catch (StoreUnavailableException e)
        {
            matched = -1;
            LogUnavailable(e);
        }
        catch (Exception e)
        {
            matched = -1;
            LogFailed(e);
        }
    }

    private async Task Match(bool force)
    {
        var version = (await ledger.News(Math.Max(matched, 0))).Version;
        if (!force && version == matched && time.GetElapsedTime(matchedAt) < sharing.PlanEvery) return;
        var demands = (await ledger.Demands()).Where(d => supervised.Contains(d.Job) || d.AdmittedAt is not null).ToList();
        if (demands.Exists(d => supervised.Contains(d.Job)))
        {
            // Jobs that are left alone here keep what they have, and count.
            for (var i = 0; i < demands.Count; i++)
                if (!supervised.Contains(demands[i].Job)) demands[i] = demands[i] with { Demand = demands[i].Demand with { Most = 0 } };
            var facts = await accounts.Facts(demands, await ledger.Devices());
            // Outside the grain's turns, which go on meanwhile.
            var plan = await Task.Run(() => PoolPlan.Make(facts, sharing));
            foreach (var job in await CarryOut(plan, facts.Projects)) wake(job);
        }
        (matched, matchedAt) = (version, time.GetTimestamp());
    }

    /// <summary>The ledger has the last word: another activation may have been faster.</summary>
    /// <returns>Jobs that have news.</returns>
    private async Task<HashSet<JobId>> CarryOut(PoolPlan plan, ProjectBook projects)
    {
        var (woken, refused) = (new HashSet<JobId>(), new HashSet<JobId>());
        foreach (var stated in plan.Admitted)
            (await ledger.Admit(stated.Job, projects.Most(stated.Demand, l => l.RunningJobs)) ? woken : refused).Add(stated.Job);
        foreach (var (job, reason) in plan.Held)
        {
            await ledger.Hold(job, reason);
            woken.Add(job);
        }
        foreach (var (device, demand) in plan.Grants.Where(g => !refused.Contains(g.Demand.Job)))
        {
            // What binds nobody's device counts in no limit.
            var most = demand.Class == DeviceKind.Elsewhere ? default : projects.Most(demand, l => l.Devices);
            if (await ledger.Grant(device, demand.Job, time.GetUtcNow() + options.Lease, demand.Price, most) is null) continue;
            telemetry.LeaseGranted();
            woken.Add(demand.Job);
        }
        foreach (var (job, recall) in plan.Recalls)
        {
            await ledger.Recall(job, recall);
            woken.Add(job);
            if (recall is not null) LogRecalled(job, recall.Keep, recall.Reason);
        }
        return woken;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} is asked for all but {Keep} of its devices: {Reason}")]
    private partial void LogRecalled(JobId job, int keep, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The lease ledger cannot be used; trying again")]
    private partial void LogUnavailable(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "No plan could be made for the pool; trying again")]
    private partial void LogFailed(Exception exception);
}
