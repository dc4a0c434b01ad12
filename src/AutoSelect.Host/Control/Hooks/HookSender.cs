using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AutoSelect.Api.Hooks;

namespace AutoSelect.Host.Control.Hooks;

/// <summary>What came of an attempt to tell an address something.</summary>
/// <param name="IsDelivered">It has said that it knows.</param>
/// <param name="MayTryAgain">Whether it could be otherwise another time.</param>
/// <param name="Reason">Why not, for people: never a part of the address beyond its host, which may hold a secret.</param>
internal sealed record HookAnswer(bool IsDelivered, bool MayTryAgain, string Reason)
{
    /// <summary>For the log of the silo alone, such as what a name of its network leads to.</summary>
    public string Detail { get; init; } = "";

    public static HookAnswer Delivered { get; } = new(true, false, "");

    public static HookAnswer Failed(string reason) => new(false, true, reason);

    public static HookAnswer Refused(string reason) => new(false, false, reason);
}

/// <summary>
/// Sends notices. The address that is connected to is the one that was checked: a name that leads elsewhere the next moment changes
/// nothing. No redirection is followed, no proxy asked, no answer read beyond its status.
/// </summary>
/// <param name="rules">Where to.</param>
/// <param name="time">Clock of the signatures, and of how long an attempt takes.</param>
internal sealed class HookSender(HookRules rules, TimeProvider time) : IDisposable
{
    /// <summary>How long an attempt may take, from looking a name up to the status.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 16,
        // Each attempt checks anew where it goes.
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = async (context, ct) => await Connect(rules, context.DnsEndPoint, ct),
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<HookAnswer> Send(Uri address, string id, string body, byte[] key, CancellationToken ct)
    {
        using var longest = new CancellationTokenSource(Longest, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct, longest.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", HookSecrets.Signature(key, id, timestamp, body));
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            var status = (int)answer.StatusCode;
            return status switch
            {
                >= 200 and < 300 => HookAnswer.Delivered,
                410 => HookAnswer.Refused($"{address.Host} answered 410: it wants no notices any more"),
                >= 300 and < 400 => HookAnswer.Failed($"{address.Host} answered {status}: redirections are not followed"),
                _ => HookAnswer.Failed($"{address.Host} answered {status}"),
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return HookAnswer.Failed($"{address.Host} did not answer within {Longest.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            for (Exception? cause = e; cause is not null; cause = cause.InnerException)
                if (cause is HookNotAllowedException refused) return HookAnswer.Refused(refused.Message) with { Detail = refused.Detail };
            return HookAnswer.Failed($"{address.Host} cannot be reached: {e.HttpRequestError}");
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task<Stream> Connect(HookRules rules, DnsEndPoint to, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(to.Host, ct);
        var allowed = addresses.Where(a => rules.Allows(to.Host, a)).ToArray();
        if (allowed.Length == 0)
            throw new HookNotAllowedException(
                $"{to.Host} leads to an address that is not public: an operator may allow it with serve --allow-hooks",
                $"{to.Host} is {string.Join(", ", addresses.AsEnumerable())}");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, to.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>An address leads where notices must not go.</summary>
/// <param name="message">For whoever reads the job: what the name leads to is none of their business.</param>
/// <param name="detail">What it leads to.</param>
internal sealed class HookNotAllowedException(string message, string detail) : Exception(message)
{
    public string Detail => detail;
}
