using System.Net.Http.Json;
using System.Text;
using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>The service's end for workers elsewhere, in front of a tree's vault and ledger, and a worker's end that asks it.</summary>
internal sealed class RemoteAuthority : IAsyncDisposable
{
    public static readonly Caller Worker = new() { Subject = "worker-7", Kind = CallerKind.Worker, CredentialId = "api-key:k1" };

    private readonly WebApplication _app;
    private readonly TreeFixture _tree;
    private readonly HttpClient _client = new();
    private RemoteTokenAuthority _worker = null!;

    private RemoteAuthority(WebApplication app, TreeFixture tree) => (_app, _tree) = (app, tree);

    public RemoteTokenAuthority Authority => _worker;

    /// <summary>Whom the service takes the worker for.</summary>
    public Caller Caller { get; set; } = Worker;

    public static async Task<RemoteAuthority> StartAsync(TreeFixture tree)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var remote = new RemoteAuthority(builder.Build(), tree);
        remote._app.Use((context, next) =>
        {
            context.Features.Set(remote.Caller);
            return next(context);
        });
        remote._app.MapApiTokenAuthority(new VaultTokenAuthority(tree.Vault, new AuditRecorder(tree.Ledger, new()), family: new(tree.Engine, tree.Verifier, "default")), tree.Verifier, "default", Proven);
        await remote._app.StartAsync();
        remote._worker = new(new() { ServiceAddress = new Uri(remote._app.Urls.Single()), Credential = _ => new("any") });
        return remote;
    }

    /// <summary>What a worker of alice's tree asks with.</summary>
    /// <param name="root">Top of the tree.</param>
    /// <param name="workflowId">What it says of where it is.</param>
    /// <param name="task">The task it was handed: <c>task:root:workflow:activity</c> is one of the service's here.</param>
    public ApiTokenRequest Request(string root, string workflowId, string? task = null)
    {
        var envelope = _tree.Signer.SignPrincipal(TreeFixture.Alice, "default", root);
        return new(_tree.Verifier.Verify(envelope, "default", root).Principal!, envelope, workflowId, "run-1", "call") { TaskToken = task is null ? null : Encoding.UTF8.GetBytes(task) };
    }

    public static string TaskOf(string root, string workflowId, string activity = "call-proven") => $"task:{root}:{workflowId}:{activity}";

    public async Task<System.Net.HttpStatusCode> PostAsync(string action, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri($"{_app.Urls.Single()}{ApiTokenEndpoints.Path}/{action}"), content);
        return response.StatusCode;
    }

    /// <summary>The newest event of a type.</summary>
    public async Task<AuditEntry> RecordedAsync(string type) => (await _tree.Ledger.QueryAsync("acme", new() { Type = type, Limit = 1 })).Events.Single().Entry;

    public async ValueTask DisposeAsync()
    {
        _worker.Dispose();
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private static ProvenActivity? Proven(ReadOnlyMemory<byte> token) =>
        Encoding.UTF8.GetString(token.Span).Split(':') is ["task", var root, var workflow, var activity] ? new(root, workflow, "run-proven", activity) : null;
}
