using AutoSelect.Client;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Web.Tests;

/// <summary>Pages of a process that runs as users run it.</summary>
internal static class ProcessPages
{
    /// <summary>Opens a page of the process that has a store open, once it listens, with a key of one's own.</summary>
    /// <param name="tab">That shows it.</param>
    /// <param name="process">That has the store open.</param>
    /// <param name="store">The store's folder.</param>
    /// <param name="path">Of the page.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task SignIn(Tab tab, AutoselectProcess process, TemporaryFolder store, string path, CancellationToken ct)
    {
        ApiFile? file;
        while ((file = ApiFile.Read(store["api.json"])) is null)
        {
            if (process.HasExited) Assert.Fail($"the process ended before it listened: {await process.Ended(ct)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
        }
        var (exitCode, output, error) = await AutoselectProcess.Run(
            ct, "keys", "create", "--name", "ann", "--role", "Submitter", "--store", store.Path);
        Assert.True(exitCode == 0, error);
        await tab.GoTo(new Uri(file.ToAddress().Server, path).ToString());
        await tab.See("#key");
        var words = output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        await tab.Page.TypeAsync("#key", words.First(w => w.StartsWith("autoselect_", StringComparison.Ordinal)));
        await tab.Page.Keyboard.PressAsync("Enter");
    }
}
