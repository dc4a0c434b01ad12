using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AutoSelect.Web.Tests;

public sealed partial class WebFileTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/jobs", "text/html")]
    [InlineData("/jobs/digits-1", "text/html")]
    [InlineData("/campaigns", "text/html")]
    [InlineData("/campaigns/widths", "text/html")]
    [InlineData("/devices", "text/html")]
    [InlineData("/app/main.js", "text/javascript")]
    [InlineData("/tokens.css", "text/css")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task Pages_are_served_to_anybody_with_a_policy_that_lets_nothing_in(string path, string type)
    {
        await using var served = await ServedPages.Start();
        using var http = new HttpClient { BaseAddress = served.Address };
        using var answer = await http.GetAsync(path, Cancelled);
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
    }

    [Theory]
    [InlineData("/app/none.js")]
    [InlineData("/app/../../etc/passwd")]
    [InlineData("/v1/jobs")]
    [InlineData("/vendor/echarts.d.ts")]
    public async Task What_is_no_file_is_the_apis_to_refuse(string path)
    {
        await using var served = await ServedPages.Start();
        using var http = new HttpClient { BaseAddress = served.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(path, Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync("/", null, Cancelled)).StatusCode);
    }

    [Fact]
    public async Task A_file_is_compressed_as_it_is_accepted_and_sent_once()
    {
        await using var served = await ServedPages.Start();
        using var http = new HttpClient { BaseAddress = served.Address };
        var whole = WebFile.All["vendor/echarts.js"].Bytes;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/vendor/echarts.js");
        request.Headers.Add("Accept-Encoding", "gzip;q=0, br");
        using var answer = await http.SendAsync(request, Cancelled);
        Assert.Equal("br", answer.Content.Headers.ContentEncoding.Single());
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancelled);
        Assert.InRange(bytes.Length, 1, whole.Length / 2);
        using var unpacked = new MemoryStream();
        await new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress).CopyToAsync(unpacked, Cancelled);
        Assert.Equal(whole, unpacked.ToArray());
        using var again = new HttpRequestMessage(HttpMethod.Get, "/vendor/echarts.js");
        again.Headers.Add("If-None-Match", answer.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, (await http.SendAsync(again, Cancelled)).StatusCode);
    }

    [Fact]
    public void No_file_names_another_host_and_every_module_that_is_imported_is_there()
    {
        foreach (var (name, file) in WebFile.All)
        {
            if (name.StartsWith("vendor/", StringComparison.Ordinal)) continue;
            Assert.DoesNotMatch("""(?:src|href|import|fetch)\W{1,4}https?://""", file.Text);
            foreach (Match import in Imports().Matches(file.Text))
            {
                var path = new Uri(new Uri("http://web/" + name), import.Groups[1].Value).AbsolutePath[1..];
                Assert.True(WebFile.All.ContainsKey(path), $"{name} imports {path}");
            }
        }
    }

    [Fact]
    public void An_import_map_holds_a_module_and_all_that_it_imports_by_the_names_that_it_gives_them()
    {
        var map = JsonDocument.Parse(WebModules.ImportMap("report/main.js")).RootElement.GetProperty("imports");
        var names = map.EnumerateObject().Select(m => m.Name).ToHashSet();
        Assert.Contains("autoselect/plots/curves.js", names);
        Assert.DoesNotContain("autoselect/live/hub.js", names);
        foreach (var module in map.EnumerateObject())
        {
            const string start = "data:text/javascript;base64,";
            Assert.StartsWith(start, module.Value.GetString(), StringComparison.Ordinal);
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(module.Value.GetString()![start.Length..]));
            foreach (Match import in Imports().Matches(text)) Assert.Contains(import.Groups[1].Value, names);
        }
        Assert.DoesNotContain('<', WebModules.ImportMap("report/main.js"));
    }

    [GeneratedRegex("""^import (?:[^"]+ from )?"([^"]+)";$""", RegexOptions.Multiline)]
    private static partial Regex Imports();
}
