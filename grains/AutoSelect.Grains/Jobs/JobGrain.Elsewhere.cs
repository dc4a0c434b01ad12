using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Transitions;

namespace AutoSelect.Grains;

/// <summary>What clients tell that train elsewhere: taken in as the reports of devices are.</summary>
internal sealed partial class JobGrain
{
    public async Task<TellReply> Tell(DeviceId device, TellCall tell)
    {
        if (record is not { } before)
        {
            Forget();
            return new TellReply { Order = TellOrder.Stop };
        }
        var report = new SegmentReport { Job = Id, Trial = tell.Trial, LeaseToken = tell.Token, Step = tell.Step };
        try
        {
            before.CheckGiven(device, report);
        }
        catch (ForeignLeaseException)
        {
            await Reports.Alone(() => parts.Jobs.CheckIsNewest(before));
            throw;
        }
        report = Tellings.Report(before, tell, Now);
        var (order, last) = Tellings.Answer(before, tell, report, await Report(device, report));
        // What the client has nothing more to say of is over.
        if (last is not null) await Report(device, last);
        return new TellReply
        {
            Order = order,
            IsCommitted = Record.Commit?.Winner == tell.Trial,
            AcknowledgedStep = SegmentReports.Acknowledged(Record, tell.Trial),
        };
    }
}
