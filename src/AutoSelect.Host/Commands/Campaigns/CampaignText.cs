using System.Text.Json;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands.Campaigns;

/// <summary>Tells of a campaign's events as lines, or as JSON.</summary>
internal sealed class CampaignText(Terminal terminal, bool isJson)
{
    private string notice = "";

    public void Tell(CampaignRecord record, CampaignEvent e)
    {
        if (isJson) terminal.Output.WriteLine(JsonSerializer.Serialize(e, RecordJson.Options));
        else if (Line(record, e.Change) is { } line) terminal.Output.WriteLine(line);
    }

    public void Notice(string text)
    {
        if (text == notice) return;
        notice = text;
        if (text.Length > 0) terminal.Error.WriteLine($"Waiting: {text}");
    }

    public void Conclude(CampaignRecord record, string report)
    {
        if (isJson) return;
        terminal.Output.WriteLine($"Campaign '{record.Spec.Name}' is {Phase(record)}: {Progress(record)}.");
        if (record.Best is { } best)
            terminal.Output.WriteLine($"Best: {Point(record, best)}: {Result(record, best.Result!)}, job {best.Job}.");
        terminal.Output.WriteLine($"Report: {report}");
        if (!record.HasEnded) terminal.Output.WriteLine($"Go on with: autoselect campaigns resume {record.Spec.Name}");
    }

    public static int ExitCode(CampaignRecord record) => record.Phase switch
    {
        CampaignPhase.Completed => ExitCodes.ObjectiveMet,
        CampaignPhase.Failed => ExitCodes.JobFailed,
        CampaignPhase.Cancelled => ExitCodes.Cancelled,
        _ => ExitCodes.Interrupted,
    };

    public static string Phase(CampaignRecord record) =>
        record.Wish is { } wish ? $"asked to {wish.ToString().ToLowerInvariant()}" : record.Phase.ToString().ToLowerInvariant();

    public static string Progress(CampaignRecord record)
    {
        var ended = record.Points.Count(p => p.Result is not null);
        var stopped = record.Points.Count(p => p is { Result: not null, GivenUp: not null });
        return $"{ended} of {record.Spec.Jobs} points have ended" + (stopped > 0 ? $", {stopped} of them stopped as unpromising" : "")
            + $", with {Wording.Duration(record.DeviceSeconds)} of devices"
            + (record.Reason.Length > 0 ? $" ({record.Reason})" : "");
    }

    /// <summary>As people count it, and as its job is named.</summary>
    public static string Number(CampaignPoint point) => $"{point.Index + 1:0000}";

    /// <summary>Number and values of a point.</summary>
    public static string Point(CampaignRecord record, CampaignPoint point) =>
        $"{Number(point)} " + string.Join(' ', record.Spec.Space.Parameters.Select((p, i) => $"{p.Key}={point.Values[i]}"));

    public static string Result(CampaignRecord record, PointResult result) => result.Phase switch
    {
        JobPhase.Failed => $"failed: {result.Summary.Split('\n')[0].TrimEnd()}",
        JobPhase.Cancelled when result.Value is null => $"cancelled: {result.Summary.Split('\n')[0].TrimEnd()}",
        _ when record.Spec.Goal == CampaignGoal.Time && result.SecondsToTarget is { } seconds => $"target in {Wording.Duration(seconds)}",
        _ => Wording.Value(result.Value),
    } + (Winner(record, result) is { } winner ? $" by {winner}" : "");

    /// <summary>Where a point stands.</summary>
    public static string State(CampaignRecord record, CampaignPoint point) => point.Result is { } result ? Result(record, result)
        : point.Job is null ? "not submitted yet" : record.Phase == CampaignPhase.Paused ? "paused" : "open";

    /// <summary>Who won, as the template names it: a job of fewer candidates may give a shorter name. Null without a winner.</summary>
    public static string? Winner(CampaignRecord record, PointResult result) => result.Winner is { } key
        && record.Arms.FirstOrDefault(a => Arms.Key(a) == key) is { } arm ? arm.Name : result.WinnerName;

    private static string? Line(CampaignRecord record, CampaignChange change) => change switch
    {
        PointSubmitted submitted => $"{Point(record, record.Points[submitted.Point])}: job {submitted.Job}"
            + Probe(record.Points[submitted.Point]),
        PointGivenUp { Place: not null } given => $"{Point(record, record.Points[given.Point])}: stopped, {given.Why} "
            + $"(to beat: {Wording.Number(given.ToBeat, 4)})",
        PointGivenUp given => $"{Point(record, record.Points[given.Point])}: stopped, the chance that it beats {given.Best + 1:0000} "
            + $"({Wording.Number(given.ToBeat, 4)}) is {Wording.Percent(given.Chance ?? 0)}",
        PointEnded ended => $"{Point(record, record.Points[ended.Point])}: {Result(record, ended.Result)}, "
            + $"{Wording.Duration(ended.Result.Seconds)}, {Wording.Duration(ended.Result.DeviceSeconds)} of devices",
        BaselinePromoted promoted => $"The baseline is {Arms.Name(record.Arms, promoted.To)} from now on: it won {promoted.Wins} of "
            + $"{promoted.Wins + promoted.Losses} jobs against {Arms.Name(record.Arms, promoted.From)}",
        CampaignRequested requested => $"Asked to {requested.Request.ToString().ToLowerInvariant()}"
            + (requested.Reason.Length > 0 ? $": {requested.Reason}" : ""),
        CampaignExtended extended => $"Extended: {record.Spec.Jobs} points"
            + (extended.DeviceSeconds is { } seconds ? $", {Wording.Duration(seconds)} of devices" : ""),
        _ => null,
    };

    private static string Probe(CampaignPoint point) => point.Probe is not { } probe ? ""
        : probe.IsOriginal ? ", as the template is"
        : $", {Wording.Count(probe.Arms.Length, "candidate")}, expects its winner with {Wording.Percent(probe.Chance)}";
}
