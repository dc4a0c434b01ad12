using System.Text.Json;
using Deque.AxeCore.Commons;
using PuppeteerSharp;

namespace AutoSelect.Web.Tests;

/// <summary>A page of a browser with what it complains of, and what it asks others for.</summary>
internal sealed class Tab : IAsyncDisposable
{
    /// <summary>
    /// What the browser says of all that it was loading when a network of the machine came or went, as other tests make them do. Pages have
    /// to come through it; it is no fault of theirs.
    /// </summary>
    private const string NetworkChanged = "net::ERR_NETWORK_CHANGED";

    /// <summary>How long a browser may take for any one thing.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Set to a folder to keep pictures elsewhere than beside the tests.</summary>
    private static readonly string Pictures =
        Environment.GetEnvironmentVariable("AUTOSELECT_SCREENSHOTS") ?? Path.Combine(AppContext.BaseDirectory, "screenshots");

    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];
    private readonly List<string> asked = [];

    private readonly bool isFirst;

    private Tab(IBrowserContext context, IPage page, bool isFirst) => (this.context, Page, this.isFirst) = (context, page, isFirst);

    public IPage Page { get; }

    /// <summary>Errors of scripts, and what the browser refused or could not load.</summary>
    public IReadOnlyList<string> Complaints => [.. complaints];

    /// <summary>Addresses that were asked for.</summary>
    public IReadOnlyList<string> Asked => [.. asked];

    public static async Task<Tab> Open(IBrowserContext context, int width, int height)
    {
        var tab = new Tab(context, await context.NewPageAsync(), isFirst: true);
        await tab.Begin(width, height);
        return tab;
    }

    /// <summary>Another page of the same browser, which ends with the first one if not before.</summary>
    public async Task<Tab> Another()
    {
        var other = new Tab(context, await context.NewPageAsync(), isFirst: false);
        await other.Begin(1280, 900);
        return other;
    }

    public Task Size(int width, int height) => Page.SetViewportAsync(new ViewPortOptions { Width = width, Height = height });

    private async Task Begin(int width, int height)
    {
        Page.DefaultTimeout = (int)Longest.TotalMilliseconds;
        Page.Console += (_, e) =>
        {
            if (e.Message.Type is not (ConsoleType.Error or ConsoleType.Warning)) return;
            if (e.Message.Text.EndsWith(NetworkChanged, StringComparison.Ordinal)) return;
            lock (complaints) complaints.Add(e.Message.Text);
        };
        Page.PageError += (_, e) => { lock (complaints) complaints.Add(e.Message); };
        Page.Request += (_, e) => { lock (asked) asked.Add(e.Request.Url); };
        await Size(width, height);
    }

    /// <summary>Has the first requests for a path fail, as a network that breaks down would.</summary>
    /// <returns>Tells how many have failed so far.</returns>
    public async Task<Func<int>> Break(string path, int times)
    {
        var failed = 0;
        await Page.SetRequestInterceptionAsync(true);
        Page.Request += async (_, e) =>
        {
            var isBroken = new Uri(e.Request.Url).AbsolutePath == path && Interlocked.Decrement(ref times) >= 0;
            if (isBroken) Interlocked.Increment(ref failed);
            await (isBroken ? e.Request.AbortAsync(RequestAbortErrorCode.ConnectionReset) : e.Request.ContinueAsync());
        };
        return () => Volatile.Read(ref failed);
    }

    public Task GoTo(string address) => Page.GoToAsync(address, WaitUntilNavigation.DOMContentLoaded);

    public Task See(string selector) => Page.WaitForSelectorAsync(selector, new WaitForSelectorOptions { Visible = true });

    /// <summary>Waits until an expression of the page is true; where it does not become so, tells what the page shows and says.</summary>
    public async Task Until(string expression)
    {
        try
        {
            // By a timer: pages that are not in front draw no frames.
            await Page.WaitForExpressionAsync(expression, new WaitForFunctionOptions { PollingInterval = 50 });
        }
        catch (WaitTaskTimeoutException e)
        {
            var shown = await Get<string>("document.title + ': ' + (document.body?.innerText ?? '')");
            throw new TimeoutException(
                $"It did not become true: {expression}. {Page.Url} shows '{shown}' and complains of: {string.Join("; ", Complaints)}.", e);
        }
    }

    public Task UntilText(string selector, string text) =>
        Until($"[...document.querySelectorAll({Quoted(selector)})].some(e => e.textContent.includes({Quoted(text)}))");

    /// <summary>Waits until a file that is downloaded is there.</summary>
    public static async Task UntilDownloaded(string path)
    {
        using var patience = new CancellationTokenSource(Longest);
        while (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"{path} was not downloaded.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public Task<T> Get<T>(string expression) => Page.EvaluateExpressionAsync<T>(expression);

    public async Task Click(string selector)
    {
        using var patience = new CancellationTokenSource(Longest);
        while (true)
        {
            await See(selector);
            try
            {
                await Page.EvaluateExpressionAsync($"document.querySelector({Quoted(selector)}).scrollIntoView({{ block: 'center' }})");
                await Page.ClickAsync(selector);
                return;
            }
            catch (PuppeteerException e) when (!patience.IsCancellationRequested && IsReplaced(e))
            {
                // A page that was drawn anew meanwhile has another in its place.
            }
        }
    }

    /// <summary>What is said of an element that was taken away after it was found: before its place was asked for, or after.</summary>
    private static bool IsReplaced(PuppeteerException e) =>
        e.Message.Contains("not clickable", StringComparison.Ordinal) || e.Message.Contains("is detached", StringComparison.Ordinal);

    public Task Dark(bool isDark) => Page.EmulateMediaFeaturesAsync(
        [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = isDark ? "dark" : "light" }]);

    /// <summary>Rules of WCAG 2.2 at level AA that the page breaks, as axe-core sees it.</summary>
    public async Task<IReadOnlyList<string>> Violations()
    {
        // By the debugger, which the page's security policy does not bind.
        await Page.EvaluateExpressionAsync(new BundledAxeScriptProvider().GetScript() + ";0");
        var text = await Page.EvaluateExpressionAsync<string>("""
            axe.run(document, { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } })
              .then(r => JSON.stringify(r.violations.flatMap(
                v => v.nodes.map(n => v.id + " " + n.html.slice(0, 160) + " " + n.failureSummary))))
            """);
        return JsonSerializer.Deserialize<string[]>(text)!;
    }

    public async Task Picture(string name)
    {
        Directory.CreateDirectory(Pictures);
        await Page.ScreenshotAsync(Path.Combine(Pictures, name + ".png"), new ScreenshotOptions { FullPage = true });
    }

    public static string Quoted(string text) => JsonSerializer.Serialize(text);

    public async ValueTask DisposeAsync() => await (isFirst ? context.CloseAsync() : Page.CloseAsync());
}
