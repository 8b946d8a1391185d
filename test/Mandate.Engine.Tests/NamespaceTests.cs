using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>Namespaces are registered, changed and listed by RPC.</summary>
public sealed class NamespaceTests
{
    [Fact]
    public async Task Register_NewName_IsUsableAtOnceAndAfterARestart()
    {
        await using var host = await EngineHost.StartAsync();

        await host.CallAsync<RegisterNamespaceResponse>(new RegisterNamespaceRequest
        {
            Namespace = "billing", Description = "Bills", OwnerEmail = "bills@example.com", Data = { ["team"] = "b" },
            WorkflowExecutionRetentionPeriod = Duration.FromTimeSpan(TimeSpan.FromDays(7)),
        });
        await host.StartAsync("bill-1", r => r.Namespace = "billing");
        await host.RestartAsync();

        var described = await host.CallAsync<DescribeNamespaceResponse>(new DescribeNamespaceRequest { Namespace = "billing" });
        described.NamespaceInfo.Description.ShouldBe("Bills");
        described.NamespaceInfo.Data["team"].ShouldBe("b");
        described.Config.WorkflowExecutionRetentionTtl.ToTimeSpan().ShouldBe(TimeSpan.FromDays(7));
        (await host.CallAsync<DescribeWorkflowExecutionResponse>(new DescribeWorkflowExecutionRequest { Namespace = "billing", Execution = new() { WorkflowId = "bill-1" } }))
            .WorkflowExecutionInfo.Execution.WorkflowId.ShouldBe("bill-1");
    }

    [Fact]
    public async Task Register_NameThatExists_IsAlreadyExistsWithDetail()
    {
        await using var host = await EngineHost.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(host.CallAsync<RegisterNamespaceResponse>(new RegisterNamespaceRequest { Namespace = "default" }));

        error.Code.ShouldBe(RpcStatusCode.AlreadyExists);
        error.Details.ShouldHaveSingleItem().ShouldBeOfType<NamespaceAlreadyExistsFailure>();
    }

    [Theory]
    [InlineData("", 86_400)]
    [InlineData("ok", -1)]
    [InlineData("ok", 4_000_000_000)]
    public async Task Register_BadRequest_IsInvalidArgument(string name, long retentionSeconds)
    {
        await using var host = await EngineHost.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(host.CallAsync<RegisterNamespaceResponse>(
            new RegisterNamespaceRequest { Namespace = name, WorkflowExecutionRetentionPeriod = new() { Seconds = retentionSeconds } }));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Update_SomeFields_LeavesTheOthers()
    {
        await using var host = await EngineHost.StartAsync();
        await host.CallAsync<RegisterNamespaceResponse>(new RegisterNamespaceRequest { Namespace = "billing", Description = "Bills", OwnerEmail = "old@example.com", Data = { ["a"] = "1" } });

        var updated = await host.CallAsync<UpdateNamespaceResponse>(new UpdateNamespaceRequest
        {
            Namespace = "billing",
            UpdateInfo = new() { OwnerEmail = "new@example.com", Data = { ["b"] = "2" } },
            Config = new() { WorkflowExecutionRetentionTtl = Duration.FromTimeSpan(TimeSpan.FromDays(1)) },
        });

        updated.NamespaceInfo.Description.ShouldBe("Bills");
        updated.NamespaceInfo.OwnerEmail.ShouldBe("new@example.com");
        updated.NamespaceInfo.Data.Keys.Order().ShouldBe(["a", "b"]);
        updated.Config.WorkflowExecutionRetentionTtl.ToTimeSpan().ShouldBe(TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task List_InPages_NamesEachOnce()
    {
        await using var host = await EngineHost.StartAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await host.CallAsync<RegisterNamespaceResponse>(new RegisterNamespaceRequest { Namespace = name });

        var request = new ListNamespacesRequest { PageSize = 2 };
        var names = new List<string>();
        do
        {
            var page = await host.CallAsync<ListNamespacesResponse>(request);
            page.Namespaces.Count.ShouldBeLessThanOrEqualTo(2);
            names.AddRange(page.Namespaces.Select(n => n.NamespaceInfo.Name));
            request.NextPageToken = page.NextPageToken;
        }
        while (!request.NextPageToken.IsEmpty);

        names.ShouldBe(["default", "a", "b", "c"]);
    }
}
