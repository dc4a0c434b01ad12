using System.Net;
using System.Text;

namespace AutoSelect.Api.Tests.Clients;

/// <summary>A network that is away every other time, and cuts each answer after some lines.</summary>
internal sealed class CuttingHandler(int events) : DelegatingHandler(new SocketsHttpHandler())
{
    public int Requests { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (++Requests % 2 == 0) throw new HttpRequestException("The network is away.");
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK) return answer;
        var lines = (await answer.Content.ReadAsStringAsync(cancellationToken)).Split('\n').Take(events);
        answer.Content = new StringContent(string.Join('\n', lines) + "\n", Encoding.UTF8);
        return answer;
    }
}
