using System.Globalization;
using System.Text;
using AutoSelect.Api.Requests;
using AutoSelect.Api.Tests.Devices;
using AutoSelect.Contracts;
using CsCheck;

namespace AutoSelect.Api.Tests.BadInput;

/// <summary>Requests that nobody in their right mind sends, and some that are right but for one thing.</summary>
internal static class Requests
{
    private const string Job =
        "name: toy\nworkload: toy-mlp\nobjective: { fastest_to: 0.9 }\nbatchSizes: [64, 128]\nepochs: 5\nconfidence: 0.9\n"
        + "candidates: [ { strategy: sgd, values: { learningRate: [0.1, 0.2] } } ]\ntelemetry: { labels: { a: b } }\n";

    private static readonly Gen<string> Nasty = Words(
        "", "..", "../../etc/passwd", "%00", "\0", "\n", "'", "\"", "' OR 1=1 --", "{}", "[", "]", "{", ":", "- ", "\t", "&a", "*a", "<<",
        "!!binary x", "!!int", "|", ">", "%YAML 9", "---", "...", "NaN", "Infinity", "-1", "1e999", "9223372036854775808", "0x10", "null",
        "true", "\uFEFF", "\uD83D\uDE00", "é", new string('x', 3000), new string('[', 500), new string('{', 500), "toy-1", "t01");

    private const string Rest = "objective: { fastest_to: 0.9 }\nepochs: 5\n";

    private static readonly Gen<string> Paths = Words(
        "/etc/passwd", "/proc/self/environ", "/proc/self/root/etc/passwd", "../keys.db", "a/../../keys.db", "~/x", "/", ".", "//x",
        "file:///x", "\"\\0\"", "a b", new string('a', 300), string.Join('/', Enumerable.Repeat("..", 100)));

    private static readonly Gen<string> Any = Gen.OneOf(Nasty, Gen.String[Gen.Char.AlphaNumeric, 0, 20], Gen.String[0, 20]);

    /// <summary>A right job with pieces cut out, put in, or doubled.</summary>
    private static readonly Gen<string> Body = Gen.OneOf(
        Any, Gen.Const(Job),
        Gen.Select(Gen.Int[0, Job.Length], Gen.Int[0, 30], Any)
            .Select((at, cut, put) => Job[..at] + put + Job[Math.Min(Job.Length, at + cut)..]),
        Gen.Select(Words("registerDevice", "reportSegment", "meetRanks"), Gen.Int[0, 200], Gen.Int[0, 20], Any).Select(Broken),
        Gen.Select(Words("epochs", "batchSizes", "points", "seed", "probe", "modifiers", "baseline", "policy", "x"), Any)
            .Select((key, value) => Job + key + ": " + value + "\n"),
        Gen.Select(Words("assembly: {0}, type: X", "name: toy-mlp, options: {{ data: {0} }}"), Gen.OneOf(Any, Paths))
            .Select((form, path) => $"workload: {{ {string.Format(CultureInfo.InvariantCulture, form, path)} }}\n" + Rest),
        Any.Select(v => $$"""{"workload": "{{v}}", "objective": {"fastest_to": 0.9}, "epochs": 5}"""));

    private static readonly ApiOperation Nothing = ApiOperations.All[0] with { Path = "/v1/nothing" };

    // Jobs more often: they are what most of what is sent could be wrong with.
    private static readonly Gen<ApiOperation> Operation = Gen.OneOf(
        [.. ApiOperations.All, ApiOperations.All[1], ApiOperations.All[1], ApiOperations.All[2], Nothing]);

    private static readonly Gen<string> Method = Words("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS");

    private static readonly Gen<string> Type =
        Words("application/yaml", "application/json", "text/plain", "", "x", "application/json; charset=utf-16");

    private static readonly Gen<string> Query = Gen.Select(
        Words(
            "state", "owner", "project", "workload", "label", "name", "newest", "size", "after", "since", "points", "method", "trial",
            "rung", "file", "follow", "as", "notify", "x", ""), Any)
            .Select((name, value) => $"{name}={Uri.EscapeDataString(value)}").Array[1, 3]
            .Select(parts => string.Join('&', parts));

    private static readonly Gen<(string, string)> Header = Gen.Select(
        Words(
            "Idempotency-Key", "Last-Event-ID", "Range", "Accept", "If-Range", "If-None-Match", "Expect", "X-HTTP-Method-Override"),
        Gen.OneOf(Any, Words("bytes=5-1", "bytes=-0", "bytes=0-0,2-3", "bytes=99999999999999999999-", "text/event-stream"))
            .Select(v => new string([.. v.Where(c => c is >= ' ' and < '\x7f')])));

    /// <summary>A request to one of the operations with any part of it right or not.</summary>
    public static Gen<Sent> All { get; } = Gen.Select(
        Operation, Often(Gen.Const(""), Method), Often(Gen.Const("toy-1"), Any), Often(Gen.Const("t01"), Any),
        Often(Gen.Const(""), Query), Body, Often(Gen.Const("right"), Type), Header.Array[0, 2])
        .Select((operation, method, job, part, query, body, type, headers) => new Sent(
            method.Length > 0 ? method : operation.Method, Filled(operation.Path, job, part), query, body,
            type != "right" ? type : operation.Takes.IsEmpty ? "" : operation.Takes[0], headers));

    private static Gen<T> Often<T>(Gen<T> usual, Gen<T> odd) => Gen.Frequency((3, usual), (1, odd));

    private static string Filled(string path, string job, string part) => path.Replace("{job}", Uri.EscapeDataString(job))
        .Replace("{trial}", Uri.EscapeDataString(part)).Replace("{file}", Uri.EscapeDataString(part))
        .Replace("{key}", Uri.EscapeDataString(part)).Replace("{device}", Uri.EscapeDataString(part)).Replace("{session}", "7")
        .Replace("{group}", $"{DeviceBodies.Group:N}").Replace("{project}", Uri.EscapeDataString(part));

    /// <summary>What a device says, with a piece cut out and one put in.</summary>
    private static string Broken(string operation, int at, int cut, string put)
    {
        var text = DeviceBodies.Of(operation, "t01")!.ReadAsStringAsync().GetAwaiter().GetResult();
        at = Math.Min(at, text.Length);
        return text[..at] + put + text[Math.Min(text.Length, at + cut)..];
    }

    private static Gen<string> Words(params string[] words) => Gen.OneOf(words);

    /// <summary>One of them.</summary>
    internal sealed record Sent(string Method, string Path, string Query, string Body, string Type, (string Name, string Value)[] Headers)
    {
        public HttpRequestMessage ToMessage()
        {
            var address = new Uri(Path + (Query.Length > 0 ? "?" + Query : ""), UriKind.Relative);
            var message = new HttpRequestMessage(new HttpMethod(Method), address);
            if (Method is not ("GET" or "HEAD"))
            {
                message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
                message.Content.Headers.TryAddWithoutValidation("Content-Type", Type);
            }
            foreach (var (name, value) in Headers) message.Headers.TryAddWithoutValidation(name, value);
            return message;
        }

        /// <summary>How a failure is told, and kept.</summary>
        public override string ToString() => System.Text.Json.JsonSerializer.Serialize(
            new { Method, Path, Query, Body, Type, Headers = Headers.Select(h => $"{h.Name}: {h.Value}") }, RecordJson.Options);
    }
}
