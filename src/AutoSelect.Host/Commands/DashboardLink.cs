using AutoSelect.Client;

namespace AutoSelect.Host.Commands;

/// <summary>The address of the dashboard that signs whoever opens it first in: the key itself is never in an address.</summary>
internal static class DashboardLink
{
    /// <param name="client">Of the server that shows the pages.</param>
    /// <param name="path">Page, such as /jobs/digits-1.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<string> Create(ApiClient client, string path, CancellationToken ct)
    {
        var link = await client.CreateSignInLink(ct);
        return new Uri(client.Address.Server, path) + link.Fragment;
    }

    /// <summary>Opens the page in the user's browser, and prints its address.</summary>
    public static async Task Show(Surroundings surroundings, ApiClient client, string path)
    {
        var address = await Create(client, path, surroundings.Interruption.Requested);
        var error = surroundings.Terminal.Error;
        error.WriteLine($"Dashboard: {address}");
        error.WriteLine(surroundings.Open(address) ? "It is opened in your browser." : "The link signs in once, within ten minutes.");
        await error.FlushAsync();
    }
}
