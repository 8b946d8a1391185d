using System.Diagnostics;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Engine.Tests;

/// <summary>Devices without room, real ones: what is refused is not half there, and when there is room again the engine goes on without a restart.</summary>
public sealed class FullDeviceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task FullFileSystem_GetsRoom_TheEngineGoesOnWithoutARestart()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var directory = new TemporaryDirectory();
        if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", directory.Path) != 0)
        {
            output.WriteLine("No file system can be mounted here; FileSizeLimit_Raised_TheEngineGoesOnWithoutARestart shows the same with a limit.");
            return;
        }

        try
        {
            var ballast = directory.File("ballast");
            await File.WriteAllBytesAsync(ballast, new byte[2 * 1024 * 1024]);
            await using (var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory.File("data") }))
            {
                var started = await FillAsync(engine.Handler);
                File.Delete(ballast);
                await TakesWorkAgainAsync(engine.Handler, started);
            }

            // What the store holds is whole.
            await using var again = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory.File("data") });
            (await StatusAsync(again.Handler, "after")).ShouldBe(WorkflowExecutionStatus.Completed);
        }
        finally
        {
            (await RunAsync("umount", directory.Path)).ShouldBe(0);
        }
    }

    [Fact]
    public async Task FileSizeLimit_Raised_TheEngineGoesOnWithoutARestart()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var directory = new TemporaryDirectory();
        using var host = HostProcess.Start(directory.Path, "limited", starters: 8, fileSizeKib: 1_500);
        await host.HasLinesAsync("refused ResourceExhausted", 20);
        (await RunAsync("prlimit", "--pid", $"{host.Id}", "--fsize=unlimited")).ShouldBe(0);

        // Which of the lines of both kinds were said since is told by their places.
        var since = host.Lines.Count;
        await Wait.UntilAsync(() => host.Lines.Skip(since).Count(l => l.StartsWith("signaled ", StringComparison.Ordinal)) > 50, "starts and signals to be acknowledged again");
        await host.KillAsync();
    }

    /// <summary>Starts runs until one is refused.</summary>
    private static async Task<int> FillAsync(RpcHandler handler)
    {
        for (var i = 0; i < 10_000; i++)
        {
            try
            {
                await StartAsync(handler, $"order-{i}", new string('x', 10_000));
            }
            catch (RpcException refusal)
            {
                refusal.Code.ShouldBe(RpcStatusCode.ResourceExhausted, refusal.Message);
                (await Should.ThrowAsync<RpcException>(() => StatusAsync(handler, $"order-{i}"))).Code.ShouldBe(RpcStatusCode.NotFound, "what was refused is not there");
                i.ShouldBeGreaterThan(0);
                return i;
            }
        }

        throw new InvalidOperationException("The file system did not become full.");
    }

    private static async Task TakesWorkAgainAsync(RpcHandler handler, int started)
    {
        await StartAsync(handler, "after", "x");
        var open = started + 1;
        while (open > 0)
        {
            var task = await handler.CallAsync<PollWorkflowTaskQueueResponse>(new PollWorkflowTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = "orders" } }).Soon();
            await handler.CallAsync<RespondWorkflowTaskCompletedResponse>(new RespondWorkflowTaskCompletedRequest { TaskToken = task.TaskToken, Commands = { Commands.Complete() } }).Soon();
            open--;
        }

        for (var i = 0; i < started; i++)
            (await StatusAsync(handler, $"order-{i}")).ShouldBe(WorkflowExecutionStatus.Completed);
    }

    private static async Task StartAsync(RpcHandler handler, string id, string input)
    {
        var request = EngineHost.StartRequest(id);
        request.Input = EngineHost.Text(input);
        await handler.CallAsync<StartWorkflowExecutionResponse>(request).Soon();
    }

    private static async Task<WorkflowExecutionStatus> StatusAsync(RpcHandler handler, string id) => (await handler.CallAsync<DescribeWorkflowExecutionResponse>(
        new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new() { WorkflowId = id } }).Soon()).WorkflowExecutionInfo.Status;

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
