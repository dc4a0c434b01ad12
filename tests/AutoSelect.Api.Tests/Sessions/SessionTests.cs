using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Api.Tests.Sessions;

public sealed class SessionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_exchanged_for_a_cookie_that_lets_in_with_its_rights()
    {
        await using var served = await Served.Start();
        using var browser = new Browser(served);
        using var answer = await browser.Begin(await served.Key(KeyRole.Submitter, "mine"));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; max-age=43200", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        var job = await served.Add("mine");
        Assert.Equal(HttpStatusCode.OK, (await browser.Send("GET", $"v1/jobs/{job}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Send("GET", $"v1/jobs/{await served.Add("others")}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Send("GET", "v1/keys")).StatusCode);
        var who = JsonSerializer.Deserialize<SessionDescription>(
            await (await browser.Send("GET", "v1/session")).Content.ReadAsStringAsync(Cancelled), RecordJson.Options)!;
        Assert.Equal(("Submitter", KeyRole.Submitter, "mine"), (who.Name, who.Role, who.Project));
        Assert.All(served.Audited(), e => Assert.DoesNotContain(browser.Secret!, e.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_by_cookie_names_the_page_that_asks_and_that_is_the_servers_own()
    {
        await using var served = await Served.Start();
        using var browser = new Browser(served);
        await browser.Begin(Served.OwnerToken);
        var job = await served.Add();
        var path = $"v1/jobs/{job}/cancel";
        await (await browser.Send("POST", path)).IsProblem(HttpStatusCode.Forbidden, "no Origin header");
        await (await browser.Send("POST", path, "http://pages.example")).IsProblem(HttpStatusCode.Forbidden, "pages.example");
        Assert.Empty(served.Control.Requests);
        Assert.Equal(HttpStatusCode.Accepted, (await browser.Send("POST", path, browser.Origin)).StatusCode);
        Assert.Equal("owner", served.Audited()[^1].Caller);
    }

    [Fact]
    public async Task A_session_ends_by_its_time_by_signing_out_and_with_its_key()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var served = await Served.Start(time);
        using var browser = new Browser(served);
        await browser.Begin(Served.OwnerToken);
        time.Advance(TimeSpan.FromHours(11.9));
        Assert.Equal(HttpStatusCode.OK, (await browser.Send("GET", "v1/jobs")).StatusCode);
        time.Advance(TimeSpan.FromHours(.2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Send("GET", "v1/jobs")).StatusCode);

        await browser.Begin(await served.Key(KeyRole.Viewer));
        Assert.Equal(HttpStatusCode.NoContent, (await browser.Send("DELETE", "v1/session", browser.Origin)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Send("GET", "v1/jobs")).StatusCode);

        var key = await served.Key(KeyRole.Viewer);
        await browser.Begin(key);
        await served.Keys.Revoke((await served.Keys.Find(ApiKeys.Digest(key)))!.Id, time.GetUtcNow());
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Send("GET", "v1/jobs")).StatusCode);
    }

    [Fact]
    public async Task A_link_signs_one_in_and_not_for_long()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var served = await Served.Start(time);
        using var client = served.Client(await served.Key(KeyRole.Viewer, "mine"));
        using var browser = new Browser(served);
        var code = (await client.CreateSignInLink(Cancelled)).Fragment["#link=".Length..];
        Assert.Equal(HttpStatusCode.Created, (await browser.Begin(code)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Begin(code)).StatusCode);
        var late = (await client.CreateSignInLink(Cancelled)).Fragment["#link=".Length..];
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Begin(late)).StatusCode);
        // It is good for nothing but a session.
        using var http = served.Http((await client.CreateSignInLink(Cancelled)).Fragment["#link=".Length..]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("v1/jobs", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task A_session_is_no_key_and_opens_no_other()
    {
        await using var served = await Served.Start();
        using var browser = new Browser(served);
        await browser.Begin(Served.OwnerToken);
        using var http = served.Http(browser.Secret!);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("v1/jobs", Cancelled)).StatusCode);
        await (await browser.Send("POST", "v1/session", browser.Origin)).IsProblem(HttpStatusCode.Conflict, "session already");
        await (await browser.Send("POST", "v1/session/links", browser.Origin)).IsProblem(HttpStatusCode.Conflict, "session already");
        using var client = served.Client();
        Assert.Empty(await client.ListKeys(Cancelled));
        Assert.DoesNotContain(browser.Secret!, JsonSerializer.Serialize(await served.Keys.List()), StringComparison.Ordinal);
    }

    /// <summary>What a browser does with cookies, of which it keeps the last.</summary>
    private sealed class Browser(Served served) : IDisposable
    {
        private readonly HttpClient http = new(new HttpClientHandler { UseCookies = false }) { BaseAddress = served.Address };
        private string? cookie;

        public string Origin => served.Address.GetLeftPart(UriPartial.Authority);

        public string? Secret => cookie?.Split('=')[1];

        public async Task<HttpResponseMessage> Begin(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/session");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            request.Headers.Add("Origin", Origin);
            var answer = await http.SendAsync(request, Cancelled);
            if (answer.IsSuccessStatusCode) cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
            return answer;
        }

        public async Task<HttpResponseMessage> Send(string method, string path, string? origin = null)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (origin is not null) request.Headers.Add("Origin", origin);
            request.Headers.Add("Cookie", cookie);
            return await http.SendAsync(request, Cancelled);
        }

        public void Dispose() => http.Dispose();
    }
}
