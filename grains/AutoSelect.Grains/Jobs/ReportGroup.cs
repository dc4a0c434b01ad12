using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;

namespace AutoSelect.Grains;

/// <summary>
/// Reports that are stored by one write, in the order in which they came: each stands on the record that those before it make, so that the
/// events are those that they would have made one by one. What is wrong with one is told to its sender alone.
/// </summary>
internal sealed class ReportGroup
{
    private readonly ImmutableArray<WaitingReport> reports;
    private readonly List<(WaitingReport Report, ForeignLeaseException Reason)> refused = [];

    /// <param name="reports">In order.</param>
    /// <param name="record">What they stand on; null where no job is stored.</param>
    /// <param name="isAttended">False where the job is left alone: its reports change nothing.</param>
    /// <param name="time">Now.</param>
    /// <param name="hear">Told of each that is taken in, with the record that it stands on.</param>
    public ReportGroup(
        ImmutableArray<WaitingReport> reports, JobRecord? record, bool isAttended, DateTimeOffset time,
        Action<JobRecord, SegmentReport> hear)
    {
        this.reports = reports;
        var events = ImmutableArray.CreateBuilder<JobEvent>();
        foreach (var waiting in reports)
        {
            if (record is null) break;
            try
            {
                var report = waiting.Report;
                record.CheckGiven(waiting.Device, report);
                if (!isAttended) continue;
                waiting.IsOfOpen = record.Find(report.Trial)?.OpenSegment()?.Has(report.LeaseToken) == true;
                if (record.HasEnded) continue;
                hear(record, report);
                if (SegmentReports.Changes(record, report, record.ClockAt(time)) is not { IsEmpty: false } changes) continue;
                (var made, record) = JobFold.Next(record, changes, time);
                events.AddRange(made);
                waiting.HasNews = true;
            }
            catch (ForeignLeaseException e)
            {
                refused.Add((waiting, e));
            }
            catch (Exception e)
            {
                waiting.Fail(e);
            }
        }
        (Events, Record) = (events.ToImmutable(), record);
    }

    /// <summary>To be stored; empty where there are no news.</summary>
    public ImmutableArray<JobEvent> Events { get; }

    /// <summary>The record with the events; null where there is none.</summary>
    public JobRecord? Record { get; }

    /// <summary>
    /// Whether the record knows nothing of what some report of: nobody is told before it is known that the record is the newest.
    /// </summary>
    public bool Refuses => refused.Count > 0;

    /// <summary>Tells those whose news could not be stored; the others had none that could get lost.</summary>
    public void Fail(Exception e)
    {
        foreach (var waiting in reports.Where(w => w.HasNews)) waiting.Fail(e);
    }

    /// <summary>Answers those that have not been.</summary>
    /// <param name="record">As it is stored; null where there is none.</param>
    /// <param name="facts">What the machine is to know beside it; null with it.</param>
    public void Answer(JobRecord? record, JobFacts? facts)
    {
        foreach (var (waiting, reason) in refused) waiting.Fail(reason);
        foreach (var waiting in reports)
        {
            var report = waiting.Report;
            waiting.Reply(new ReportReply
            {
                Order = !waiting.IsOfOpen || record is null || facts is null ? SegmentOrder.Abandon
                    : report.End != SegmentEnd.None ? SegmentOrder.Continue
                    : JobMachine.OrderFor(record, facts, record[report.Trial], report.LeaseToken),
                AcknowledgedStep = SegmentReports.Acknowledged(record, report.Trial),
            });
        }
    }
}
