using System.Globalization;
using System.Net;
using AutoSelect.Contracts;
using CsCheck;

namespace AutoSelect.Api.Tests.BadInput;

/// <summary>
/// Whatever is sent is answered: never with a 500, and whatever is refused has changed nothing. AUTOSELECT_BAD_INPUT is the number of
/// requests, by default few; a failure tells the seed, which is tried again with CsCheck's own variable, CsCheck_Seed.
/// </summary>
public sealed class BadInputTests
{
    /// <summary>Seeds that have found something, kept so that it is found again.</summary>
    private static readonly string[] Seeds = [];

    private static long Count { get; } =
        long.TryParse(Environment.GetEnvironmentVariable("AUTOSELECT_BAD_INPUT"), CultureInfo.InvariantCulture, out var given)
            ? given : 400;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_is_sent_is_answered_and_what_is_refused_changes_nothing()
    {
        await using var served = await Served.Start(allowed: s => AllowedPlaces.Parse([s["files"]]));
        await served.End(await served.Add());
        using var owner = served.Http();
        using var viewer = served.Http(await served.Key(KeyRole.Viewer));
        using var nobody = served.Http("autoselect_00");
        var answers = new SortedDictionary<int, int>();
        var requests = Gen.Select(Requests.All, Gen.Frequency((9, owner), (3, viewer), (1, nobody)));
        foreach (var seed in Seeds) await requests.SampleAsync(Check, seed: seed, iter: 1, threads: 1);
        await requests.SampleAsync(Check, iter: Count, threads: 1);
        TestContext.Current.SendDiagnosticMessage("answers: " + string.Join(", ", answers.Select(a => $"{a.Value} x {a.Key}")));
        // Enough of them were right, and wrong in every way, to mean something.
        int[] expected = [200, 400, 401, 403, 404, 405, 415, 422];
        Assert.True(expected.All(answers.ContainsKey), string.Join(", ", answers.Select(a => $"{a.Value} x {a.Key}")));

        async Task Check(Requests.Sent sent, HttpClient http)
        {
            // Deleted by the owner, it would be gone for those that follow.
            if (sent is { Method: "DELETE", Path: "/v1/jobs/toy-1" } && http == owner) return;
            var before = await served.State();
            using var message = sent.ToMessage();
            using var answer = await http.SendAsync(message, Cancelled);
            var text = await answer.Content.ReadAsStringAsync(Cancelled);
            Assert.True(answer.StatusCode < HttpStatusCode.InternalServerError, $"{(int)answer.StatusCode} {text}: {sent}");
            answers[(int)answer.StatusCode] = answers.GetValueOrDefault((int)answer.StatusCode) + 1;
            // Taken in by right: it would make every look at the store longer.
            if (answer.Headers.Location is { } made) await served.Jobs.Delete(new JobId(made.ToString().Split('/')[^1]));
            if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotModified) return;
            // The web server itself refuses a path with a zero, before anybody can say why.
            var isBare = sent.Method == "HEAD" || sent.Path.Contains("%00", StringComparison.Ordinal);
            Assert.True(isBare || answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
                || answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable, $"{(int)answer.StatusCode} '{text}': {sent}");
            Assert.True(before == await served.State(), $"{(int)answer.StatusCode} has changed something: {sent}");
        }
    }
}
