using System.Globalization;
using System.Net;
using AutoSelect.Communication;

// One rank as a process of its own, to be killed by tests. Arguments: rank, data path, silence timeout in seconds, values an all-reduce.
// Prints its endpoint, reads the token and all endpoints, and sums until a rank is lost or whoever started it is gone, who holds its input
// open.
var rank = int.Parse(args[0], CultureInfo.InvariantCulture);
var path = Enum.Parse<DataPath>(args[1]);
var silence = TimeSpan.FromSeconds(double.Parse(args[2], CultureInfo.InvariantCulture));
var values = new float[int.Parse(args[3], CultureInfo.InvariantCulture)];

var listener = GroupListener.Open(IPAddress.Loopback);
Console.WriteLine($"{listener.Endpoint.Host} {listener.Endpoint.Port} {listener.Endpoint.Machine}");
var token = Guid.Parse(Console.ReadLine()!);
var endpoints = Console.ReadLine()!.Split(';').Select(e => e.Split(' '))
    .Select(e => new RankEndpoint(e[0], int.Parse(e[1], CultureInfo.InvariantCulture), e[2])).ToList();
new Thread(() =>
{
    while (Console.ReadLine() is not null) { }
    Environment.Exit(1);
})
{ IsBackground = true }.Start();
var options = new GroupOptions { Path = path, JoinTimeout = TimeSpan.FromMinutes(5), SilenceTimeout = silence };
using var group = await ProcessGroup.JoinAsync(new(token, 0, rank, endpoints), listener, options);
try
{
    for (var round = 0; ; round++)
    {
        Array.Fill(values, 1);
        group.AllReduce(values, AllReducePlan.Ring(endpoints.Count));
        if (values[0] != endpoints.Count) throw new InvalidOperationException($"The sum of {endpoints.Count} ones is {values[0]}.");
        if (round == 10) Console.WriteLine("running");
    }
}
catch (RankLostException e)
{
    Console.WriteLine($"lost {e.Rank} {e.Loss}");
}
