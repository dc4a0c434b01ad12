using PuppeteerSharp;

namespace AutoSelect.Web.Tests;

/// <summary>The browser of this machine, begun once for all tests; those are skipped where there is none.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IBrowser? browser;

    private static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    public async ValueTask InitializeAsync()
    {
        if (Path is null) return;
        browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = Path,
            Headless = true,
            Timeout = (int)Tab.Longest.TotalMilliseconds,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--lang=en-US",
            ],
        });
    }

    /// <summary>A page of a browser that nobody has used before.</summary>
    internal async Task<Tab> Open(int width = 1280, int height = 900)
    {
        Assert.SkipWhen(browser is null, "There is no chromium, chromium-browser or google-chrome on this machine.");
        var context = await browser!.CreateBrowserContextAsync();
        return await Tab.Open(context, width, height);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
    }
}

/// <summary>Tests that share the browser, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserTests : ICollectionFixture<Chromium>
{
    public const string Name = "browser";
}
