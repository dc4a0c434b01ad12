using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>A member of a cluster as a row. Times are ticks of UTC.</summary>
internal sealed record SiloRow(
    string Address, int Status, string Host, string Name, string Role, int GatewayPort, int UpdateZone, int FaultZone,
    long Started, long Alive, string Suspects)
{
    public const int Count = 11;

    public const string Columns =
        "address, status, host, name, role, gateway_port, update_zone, fault_zone, started, alive, suspects";

    public const string Values = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::json";

    public static SiloRow From(MembershipEntry entry) => new(
        entry.SiloAddress.ToParsableString(), (int)entry.Status, entry.HostName ?? "", entry.SiloName ?? "", entry.RoleName ?? "",
        entry.ProxyPort, entry.UpdateZone, entry.FaultZone, Ticks(entry.StartTime), Ticks(entry.IAmAliveTime),
        StoredJson.Write((entry.SuspectTimes ?? []).Select(s => new Suspicion(s.Item1.ToParsableString(), Ticks(s.Item2)))));

    public static SiloRow Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt32(5), row.GetInt32(6),
        row.GetInt32(7), row.GetInt64(8), row.GetInt64(9), row.GetString(10));

    public MembershipEntry ToEntry() => new()
    {
        SiloAddress = SiloAddress.FromParsableString(Address),
        Status = (SiloStatus)Status,
        HostName = Host,
        SiloName = Name,
        RoleName = Role,
        ProxyPort = GatewayPort,
        UpdateZone = UpdateZone,
        FaultZone = FaultZone,
        StartTime = Time(Started),
        IAmAliveTime = Time(Alive),
        SuspectTimes =
        [
            .. StoredJson.Read<Suspicion[]>(Suspects).Select(s => Tuple.Create(SiloAddress.FromParsableString(s.Silo), Time(s.Time))),
        ],
    };

    public object[] ToValues() => [Address, Status, Host, Name, Role, GatewayPort, UpdateZone, FaultZone, Started, Alive, Suspects];

    /// <summary>Orleans' times are of UTC, whether they say so or not.</summary>
    private static long Ticks(DateTime time) => (time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time).Ticks;

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);

    private sealed record Suspicion(string Silo, long Time);
}
