using System.Text.Json;
using System.Text.RegularExpressions;
using AutoSelect.Testing;
using YamlDotNet.Serialization;

namespace AutoSelect.Host.Tests.Telemetry;

/// <summary>The queries of deploy/grafana, as Grafana gets them.</summary>
internal static partial class Dashboards
{
    private static readonly string Folder = Path.Combine(SourceTree.Root, "deploy", "grafana");

    /// <summary>Every query of every panel.</summary>
    public static IReadOnlyList<(string Dashboard, string Panel, string Expression)> Queries { get; } =
    [
        .. from path in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal)
           let dashboard = JsonDocument.Parse(File.ReadAllText(path)).RootElement
           from panel in dashboard.GetProperty("panels").EnumerateArray()
           where panel.GetProperty("type").GetString() != "row"
           from target in panel.GetProperty("targets").EnumerateArray()
           select (dashboard.GetProperty("title").GetString()!, panel.GetProperty("title").GetString()!,
               target.GetProperty("expr").GetString()!),
    ];

    /// <summary>Panels where no result says that all is well.</summary>
    public static IReadOnlySet<string> EmptyWhenWell { get; } = (
        from dashboard in Described()
        from row in (List<object>)dashboard["rows"]
        from panel in ((List<object>)((Dictionary<object, object>)row)["panels"]).Cast<Dictionary<object, object>>()
        where panel.ContainsKey("empty")
        select (string)panel["title"]).ToHashSet();

    /// <summary>A query as Prometheus takes it: with what Grafana puts in place of its variables.</summary>
    public static string Resolved(string expression) => Variables().Replace(expression, variable => variable.Value switch
    {
        "$__rate_interval" => "1m",
        "$__range" => "1h",
        "$job" => ".*",
        _ => throw new InvalidOperationException($"{variable.Value} is no variable of the dashboards: {expression}"),
    });

    private static IEnumerable<Dictionary<object, object>> Described() => new DeserializerBuilder().Build()
        .Deserialize<Dictionary<object, object>>(File.ReadAllText(Path.Combine(Folder, "panels.yaml"))).Values
        .Cast<Dictionary<object, object>>();

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variables();
}
