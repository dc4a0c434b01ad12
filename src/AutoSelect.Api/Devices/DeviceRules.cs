using System.Text.RegularExpressions;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Devices;

/// <summary>
/// What a device's words must look like: JSON alone lets nulls and texts of any length through. Each check returns what it was given.
/// </summary>
internal static partial class DeviceRules
{
    private const int MostShown = 100;

    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    public static DeviceId Check(DeviceId id) => Id().IsMatch(id.Value) ? id
        : throw new ArgumentException(
            $"The device is '{Shortened(id.Value)}': it must be 1 to {ApiLimits.DeviceId} letters, digits, dashes, dots, underscores and "
            + "at signs.");

    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    public static DeviceDescription Check(DeviceDescription device)
    {
        Given(device, "device");
        Check(device.Id);
        Known(device.Kind, "device.kind");
        if (device.Kind == DeviceKind.Elsewhere || device.Elsewhere is not null)
            throw new ArgumentException(
                $"device.kind is '{device.Kind}': it must be Cpu or Cuda, and elsewhere be left out; who trains elsewhere asks a job.");
        Least(device.Index, 0, "device.index");
        Text(device.Model, "device.model", ApiLimits.MachineName);
        Text(device.Host, "device.host", ApiLimits.MachineName);
        Text(device.SimulatedLink, "device.simulatedLink", ApiLimits.MachineName);
        if (device.Bf16 is { } bf16) Text(bf16.Reason, "device.bf16.reason", DeviceProtocol.ReasonLength);
        return device;
    }

    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    public static RunningSegment Check(RunningSegment running)
    {
        Work(running.Job, running.Trial, running.LeaseToken, "running.");
        return running;
    }

    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    public static SegmentReport Check(SegmentReport report)
    {
        Work(report.Job, report.Trial, report.LeaseToken, "");
        Least(report.Step, 0, "step");
        Known(report.End, "end");
        Text(report.Reason, "reason", DeviceProtocol.ReasonLength);
        if (report.Points.IsDefault) throw new ArgumentException("points is null: it must be given or left out.");
        if (report.Points.Length > DeviceProtocol.ReportPoints)
            throw new ArgumentException($"points are {report.Points.Length}: they must be at most {DeviceProtocol.ReportPoints}.");
        foreach (var point in report.Points) Check(point);
        Text(report.StoreFault, "storeFault", DeviceProtocol.ReasonLength);
        if (report.Checkpoint is { } checkpoint)
        {
            Check(checkpoint, "checkpoint");
            if (checkpoint.Before is { } before) Check(before, "checkpoint.before");
            if (checkpoint.Before?.Before is not null)
                throw new ArgumentException("checkpoint.before.before is given: one before is kept.");
        }
        if (report.Final is { } final) Text(final.Uri, "final.uri", ApiLimits.Path);
        return report;
    }

    /// <exception cref="ArgumentException">They break a rule; the message gives the value and the rule.</exception>
    public static void Work(TrialId trial, long token)
    {
        Trial(trial, "");
        Least(token, 0, "token");
    }

    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    public static RankMeetingCall Check(RankMeetingCall call)
    {
        Given(call.Placement, "placement");
        Given(call.Address, "address");
        Text(call.Address.Host, "address.host", ApiLimits.MachineName);
        Text(call.Address.Machine, "address.machine", ApiLimits.MachineName);
        if (call.Address.Port is < 1 or > ushort.MaxValue)
            throw new ArgumentException($"address.port is {call.Address.Port}: it must be from 1 to {ushort.MaxValue}.");
        if (call.Patience is not (>= 0 and <= DeviceProtocol.LongestPatience))
            throw new ArgumentException($"patience is {call.Patience}: it must be from 0 to {DeviceProtocol.LongestPatience}.");
        return call;
    }

    /// <summary>Enough of a text to know it by.</summary>
    public static string Shortened(string text) => text.Length <= MostShown ? text : text[..MostShown] + "…";

    private static void Check(CurvePoint point)
    {
        Given(point, "points");
        Least(point.Step, 0, "points.step");
        if (point.Diagnostics is not { } figures) return;
        if (figures.Count > DeviceProtocol.Figures)
            throw new ArgumentException($"points.diagnostics are {figures.Count}: they must be at most {DeviceProtocol.Figures}.");
        foreach (var name in figures.Keys) Text(name, "points.diagnostics", DeviceProtocol.FigureName);
    }

    private static void Check(Checkpoint checkpoint, string path)
    {
        Text(checkpoint.Uri, path + ".uri", ApiLimits.Path);
        Least(checkpoint.Step, 0, path + ".step");
        Least(checkpoint.Bytes, 0, path + ".bytes");
        if (checkpoint.Sha256 is { } hash && !Sha256().IsMatch(hash))
            throw new ArgumentException($"{path}.sha256 is '{Shortened(hash)}': it must be 64 lower-case hexadecimal digits.");
    }

    private static void Work(JobId job, TrialId trial, long token, string path)
    {
        if (!Job().IsMatch(job.Value))
            throw new ArgumentException($"{path}job is '{Shortened(job.Value)}': it must be lower-case letters, digits and dashes.");
        Trial(trial, path);
        Least(token, 0, path + "leaseToken");
    }

    private static void Trial(TrialId trial, string path)
    {
        if (!Trial().IsMatch(trial.Value))
            throw new ArgumentException($"{path}trial is '{Shortened(trial.Value)}': it must be a t and digits, such as t01.");
    }

    private static void Given(object? value, string path)
    {
        if (value is null) throw new ArgumentException($"{path} is null: it must be given.");
    }

    private static void Known<T>(T value, string path) where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            throw new ArgumentException($"{path} is '{value}': it must be one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    private static void Least(long value, long least, string path)
    {
        if (value < least) throw new ArgumentException($"{path} is {value}: it must be at least {least}.");
    }

    private static void Text(string? value, string path, int most)
    {
        Given(value, path);
        if (value!.Length > most) throw new ArgumentException($"{path} has {value.Length} characters: it must have at most {most}.");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9@._-]{1,100}\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,127}\z")]
    private static partial Regex Job();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Sha256();

    [GeneratedRegex(@"\At[0-9]{1,9}\z")]
    private static partial Regex Trial();
}
