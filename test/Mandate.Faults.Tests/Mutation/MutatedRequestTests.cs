using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using Mandate.Engine;
using Mandate.Protocol;
using Mandate.Protocol.Grpc;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Faults.Tests.Mutation;

/// <summary>Requests nobody should send, at every RPC: each is answered with a status that says whose fault it is, and the engine goes on.</summary>
public sealed class MutatedRequestTests(ITestOutputHelper output)
{
    private const int Senders = 48;

    /// <summary>RPCs that wait by design; their caller goes away after a moment.</summary>
    private static readonly string[] Waiting =
        ["QueryWorkflow", "PollWorkflowTaskQueue", "PollActivityTaskQueue", "PollNexusTaskQueue", "UpdateWorkflowExecution", "PollWorkflowExecutionUpdate", "ExecuteMultiOperation"];

    [Fact]
    public async Task Handle_MutatedRequests_AnswersEachWithoutAnInternalErrorAndGoesOn()
    {
        var count = Seed.Setting("MANDATE_MUTATED_REQUESTS", 95_000);
        var seed = Seed.Choose();
        output.WriteLine($"{count} requests, MANDATE_FAULTS_SEED={seed}");
        using var directory = new TemporaryDirectory();
        var logs = new RecordingLoggers();
        await using (var engine = await EmbeddedEngine.StartAsync(Options(directory, logs)))
        {
            var harvest = new Harvest();
            var mutator = new RequestMutator(new(harvest));
            var tally = await SendAsync(count, seed, (method, random) => InProcessAsync(engine.Handler, method, mutator.Create(method.Request, random), harvest, random));
            Report(tally);
            await StoredRuns.CompleteOneAsync(engine.Handler, "after");
            await StoredRuns.CheckAsync(engine.Handler);
        }

        // What was stored on the way is no obstacle to the next start.
        await using var again = await EmbeddedEngine.StartAsync(Options(directory, logs));
        await StoredRuns.CompleteOneAsync(again.Handler, "after-restart");
    }

    [Fact]
    public async Task Listen_DamagedBytes_AnswersEachWithoutAnInternalErrorAndGoesOn()
    {
        var count = Seed.Setting("MANDATE_MUTATED_REQUESTS", 95_000) / 19;
        var seed = Seed.Choose();
        output.WriteLine($"{count} requests, MANDATE_FAULTS_SEED={seed}");
        using var directory = new TemporaryDirectory();
        await using var engine = await EmbeddedEngine.StartAsync(Options(directory, new()));
        await using var listener = await GrpcListener.StartAsync(engine.Handler, new() { ListenOn = new(IPAddress.Loopback, 0) }, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new($"http://{listener.Address}") };
        var mutator = new RequestMutator(new(new()));

        var tally = await SendAsync(count, seed, (method, random) =>
        {
            var request = mutator.Create(method.Request, random);
            return OverTheWireAsync(client, method, random.Next(2) == 0 ? RequestMutator.Damage(request, random) : request.ToByteArray());
        });

        Report(tally);
        await StoredRuns.CompleteOneAsync(engine.Handler, "after");
        await StoredRuns.CheckAsync(engine.Handler);
    }

    /// <summary>Short waits and low bounds, so that requests reach them.</summary>
    private static EngineOptions Options(TemporaryDirectory directory, RecordingLoggers logs) => new()
    {
        DataDirectory = directory.File("data"),
        PollTimeout = TimeSpan.FromMilliseconds(20),
        LongPollTimeout = TimeSpan.FromMilliseconds(20),
        LoggerFactory = logs,
        Limits = new() { MaxBlobBytes = 64 * 1024, MaxMemoBytes = 64 * 1024, MaxOpenRuns = 2_000, MaxHistoryEvents = 500, MaxHistoryBytes = 1024 * 1024 },
    };

    /// <summary>Every RPC gets its turn; those the engine answers get most of them.</summary>
    private static async Task<ConcurrentDictionary<string, int>> SendAsync(int count, int seed, Func<RpcMethod, Random, Task<string>> send)
    {
        var methods = RpcMethods.All.OrderBy(m => m.Path, StringComparer.Ordinal).ToArray();
        var unimplemented = new ConcurrentDictionary<RpcMethod, bool>();
        var tally = new ConcurrentDictionary<string, int>();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < count)
            {
                var random = new Random(HashCode.Combine(seed, i));
                var method = methods[i < methods.Length ? i : random.Next(methods.Length)];
                while (i >= methods.Length && unimplemented.ContainsKey(method) && random.Next(50) != 0)
                    method = methods[random.Next(methods.Length)];
                var outcome = await send(method, random);
                if (outcome == nameof(RpcStatusCode.Unimplemented))
                    unimplemented[method] = true;
                tally.AddOrUpdate($"{outcome} {method.Name}", 1, (_, n) => n + 1);
            }
        })));
        return tally;
    }

    private static async Task<string> InProcessAsync(RpcHandler handler, RpcMethod method, IMessage request, Harvest harvest, Random random)
    {
        using var patience = new CancellationTokenSource(Waiting.Contains(method.Name) ? TimeSpan.FromMilliseconds(40) : Timeout.InfiniteTimeSpan, TimeProvider.System);
        try
        {
            var answer = await handler(new(method, request, patience.Token)).WaitAsync(Eventually.Limit, TimeProvider.System);
            harvest.Take(answer, random);
            return nameof(RpcStatusCode.Ok);
        }
        catch (RpcException e)
        {
            return e.Code is RpcStatusCode.Internal or RpcStatusCode.Unknown or RpcStatusCode.DataLoss
                ? $"{e.Code}: {e.InnerException?.ToString() ?? e.Message} from {Shown(request)}; "
                : e.Code.ToString();
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return nameof(RpcStatusCode.Cancelled);
        }
        catch (TimeoutException)
        {
            return $"No answer to {Shown(request)}; ";
        }
    }

    private static async Task<string> OverTheWireAsync(HttpClient client, RpcMethod method, byte[] message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, method.Path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        byte[] frame = [0, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];
        request.Content = new ByteArrayContent(frame) { Headers = { ContentType = new("application/grpc") } };
        request.Headers.TE.Add(new("trailers"));
        if (Waiting.Contains(method.Name))
            request.Headers.Add("grpc-timeout", "40m");
        using var patience = new CancellationTokenSource(Eventually.Limit, TimeProvider.System);
        using var response = await client.SendAsync(request, patience.Token);
        await response.Content.ReadAsByteArrayAsync(patience.Token);
        var headers = response.TrailingHeaders.Contains("grpc-status") ? response.TrailingHeaders : response.Headers;
        var code = (RpcStatusCode)int.Parse(headers.GetValues("grpc-status").Single(), CultureInfo.InvariantCulture);
        var text = headers.TryGetValues("grpc-message", out var values) ? string.Concat(values) : "";

        // The short deadline of a call that waits can pass first, whatever its bytes are.
        if (code == RpcStatusCode.DeadlineExceeded && Waiting.Contains(method.Name))
            return code.ToString();

        // Bytes that are no message are refused before a handler is asked.
        if (!Parses(method, message))
            return code == RpcStatusCode.InvalidArgument && text.StartsWith("malformed gRPC message", StringComparison.Ordinal) ? "Malformed" : $"{code} {text} to what is no message; ";
        return code is RpcStatusCode.Internal or RpcStatusCode.Unknown or RpcStatusCode.DataLoss
            ? $"{code}: {text} from {Convert.ToHexString(message)}; "
            : code.ToString();
    }

    private static bool Parses(RpcMethod method, byte[] message)
    {
        try
        {
            method.RequestParser.ParseFrom(message);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static string Shown(IMessage request)
    {
        var hex = Convert.ToHexString(request.ToByteArray());
        return $"{request.Descriptor.Name} {hex[..Math.Min(hex.Length, 2_000)]}";
    }

    private void Report(ConcurrentDictionary<string, int> tally)
    {
        foreach (var (outcome, count) in tally.Where(t => !t.Key.Contains(';')).OrderBy(t => t.Key, StringComparer.Ordinal))
            output.WriteLine($"{count,7} {outcome}");
        tally.Keys.Where(k => k.Contains(';')).Take(5).ShouldBeEmpty();
    }
}
