using System.Net;
using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Access;

/// <summary>What somebody who may do nothing can have written down.</summary>
public sealed class RefusalPaceTests
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddYears(50));

    [Fact]
    public void After_some_at_once_one_a_second_is_written_down_with_how_many_were_not()
    {
        var pace = new RefusalPace(time);
        Assert.All(Enumerable.Range(0, RefusalPace.Burst), _ => Assert.Equal(0, pace.Next("k1")));
        Assert.All(Enumerable.Range(0, 500), _ => Assert.Null(pace.Next("k1")));
        Assert.Equal(0, pace.Next("k2"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(500, pace.Next("k1"));
        Assert.Null(pace.Next("k1"));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, pace.Next("k1"));
        Assert.Equal(RefusalPace.Burst - 1, Enumerable.Range(0, 3 * RefusalPace.Burst).Count(_ => pace.Next("k1") == 0));
    }

    [Fact]
    public async Task Refusals_without_end_do_not_fill_the_audit_log()
    {
        await using var served = await Served.Start(time);
        using var http = served.Http(await served.Key(KeyRole.Viewer));
        for (var i = 0; i < RefusalPace.Burst + 40; i++)
        {
            using var answer = await http.GetAsync("v1/keys", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        time.Advance(TimeSpan.FromSeconds(1));
        using (await http.GetAsync("v1/keys", TestContext.Current.CancellationToken)) { }
        var refused = served.Audited().Where(e => e.Kind == "refused").ToList();
        Assert.Equal((RefusalPace.Burst + 1, 40), (refused.Count, refused[^1].Unlisted));
        Assert.Null(refused[0].Unlisted);
    }
}
