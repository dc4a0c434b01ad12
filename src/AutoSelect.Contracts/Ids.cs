using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

/// <summary>Names a job; also the key of its grain and the name of its folder. Lower-case letters, digits and dashes.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.JobId"), JsonConverter(typeof(JobIdJson))]
public readonly record struct JobId([property: Id(0)] string Value)
{
    public override string ToString() => Value;
}

/// <summary>Names a trial within its job, in the order of its candidates: t01, t02, …</summary>
[GenerateSerializer, Immutable, Alias("autoselect.TrialId"), JsonConverter(typeof(TrialIdJson))]
public readonly record struct TrialId([property: Id(0)] string Value) : IComparable<TrialId>
{
    public static TrialId At(int index) => new($"t{index + 1:D2}");

    /// <summary>In the order in which they were listed: t100 comes after t99.</summary>
    public int CompareTo(TrialId other) => Value.Length != other.Value.Length ? Value.Length.CompareTo(other.Value.Length)
        : string.CompareOrdinal(Value, other.Value);

    public static bool operator <(TrialId left, TrialId right) => left.CompareTo(right) < 0;
    public static bool operator <=(TrialId left, TrialId right) => left.CompareTo(right) <= 0;
    public static bool operator >(TrialId left, TrialId right) => left.CompareTo(right) > 0;
    public static bool operator >=(TrialId left, TrialId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}

/// <summary>Names a device: host, kind and index, such as node1-cpu0.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.DeviceId"), JsonConverter(typeof(DeviceIdJson))]
public readonly record struct DeviceId([property: Id(0)] string Value)
{
    public override string ToString() => Value;
}

internal sealed class JobIdJson() : IdJsonConverter<JobId>(text => new JobId(text), id => id.Value);

internal sealed class TrialIdJson() : IdJsonConverter<TrialId>(text => new TrialId(text), id => id.Value);

internal sealed class DeviceIdJson() : IdJsonConverter<DeviceId>(text => new DeviceId(text), id => id.Value);
