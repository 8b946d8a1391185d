using Google.Protobuf;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.OperatorService.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>Short ways to list, count and set search attributes on an engine.</summary>
internal static class SearchCalls
{
    public static async Task<List<string>> ListAsync(this EngineHost host, string query) =>
        [.. (await host.PageAsync(query)).Executions.Select(e => e.Execution.WorkflowId)];

    public static Task<ListWorkflowExecutionsResponse> PageAsync(this EngineHost host, string query, int size = 0, ByteString? token = null) =>
        host.CallAsync<ListWorkflowExecutionsResponse>(
            new ListWorkflowExecutionsRequest { Namespace = "default", Query = query, PageSize = size, NextPageToken = token ?? ByteString.Empty });

    public static Task<CountWorkflowExecutionsResponse> CountAsync(this EngineHost host, string query) =>
        host.CallAsync<CountWorkflowExecutionsResponse>(new CountWorkflowExecutionsRequest { Namespace = "default", Query = query });

    public static Task RegisterAsync(this EngineHost host, string name, IndexedValueType type) =>
        host.CallAsync<AddSearchAttributesResponse>(new AddSearchAttributesRequest { Namespace = "default", SearchAttributes = { [name] = type } });

    public static Task RemoveAsync(this EngineHost host, string name) =>
        host.CallAsync<RemoveSearchAttributesResponse>(new RemoveSearchAttributesRequest { Namespace = "default", SearchAttributes = { name } });

    public static Task<ListSearchAttributesResponse> AttributesAsync(this EngineHost host) =>
        host.CallAsync<ListSearchAttributesResponse>(new ListSearchAttributesRequest { Namespace = "default" });

    public static Payload Value(string json, string? type = null)
    {
        var payload = new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") }, Data = ByteString.CopyFromUtf8(json) };
        if (type is not null)
            payload.Metadata.Add("type", ByteString.CopyFromUtf8(type));
        return payload;
    }

    public static SearchAttributes Attributes(string name, string json, string? type = null) => new() { IndexedFields = { [name] = Value(json, type) } };

    public static Command Upsert(string name, string json, string? type = null) => new()
    {
        CommandType = CommandType.UpsertWorkflowSearchAttributes,
        UpsertWorkflowSearchAttributesCommandAttributes = new() { SearchAttributes = Attributes(name, json, type) },
    };
}
