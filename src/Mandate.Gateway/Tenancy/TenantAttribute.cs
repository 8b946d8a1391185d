using System.Text;
using Google.Protobuf;
using Mandate.Gateway.Calls;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.OperatorService.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tenancy;

/// <summary>
/// The search attribute that holds a run's tenant. Only the pipeline writes it: it is put on what starts, and a workflow or caller that sets it is refused. Lists and counts of a
/// tenant's caller are narrowed to it by the engine, so that pages and counts are right.
/// </summary>
internal sealed class TenantAttribute(string name)
{
    private static readonly ByteString JsonPlain = ByteString.CopyFromUtf8("json/plain");
    private static readonly ByteString Keyword = ByteString.CopyFromUtf8("Keyword");

    public string Name => name;

    /// <summary>Whether attributes set it, which is the pipeline's alone.</summary>
    public bool IsIn(SearchAttributes? attributes) => attributes?.IndexedFields.ContainsKey(name) == true;

    /// <summary>Puts the tenant onto a message's attributes.</summary>
    public SearchAttributes With(SearchAttributes? attributes, string tenant)
    {
        var changed = attributes ?? new();
        changed.IndexedFields[name] = new Payload
        {
            Metadata = { ["encoding"] = JsonPlain, ["type"] = Keyword },
            Data = ByteString.CopyFrom(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(tenant, TenantJson.Default.String)),
        };
        return changed;
    }

    /// <summary>
    /// The query, for one tenant's runs. The caller's part is put between parentheses, so it must hold together by itself: one that could reach out of them is refused.
    /// </summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public string Narrow(string query, string tenant)
    {
        var mine = $"`{name}` = '{tenant.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
        var (condition, rest) = QueryParts.Split(query);
        var narrowed = new StringBuilder(mine);
        if (condition.Length > 0)
            narrowed.Append(" AND (").Append(condition).Append(')');
        return narrowed.Append(rest.Length > 0 ? " " : "").Append(rest).ToString();
    }

    /// <summary>Whatever the engine made of the query, no row of another tenant leaves.</summary>
    public ListWorkflowExecutionsResponse Only(ListWorkflowExecutionsResponse answer, string tenant)
    {
        var expected = With(attributes: null, tenant).IndexedFields[name].Data;
        var mine = new ListWorkflowExecutionsResponse { NextPageToken = answer.NextPageToken };
        foreach (var row in answer.Executions)
        {
            if (row.SearchAttributes is { } attributes && attributes.IndexedFields.TryGetValue(name, out var value) && IsTenant(value, expected, tenant))
                mine.Executions.Add(row);
        }

        return mine;
    }

    /// <summary>Registers the attribute where it is not there yet.</summary>
    /// <exception cref="RpcException">It cannot be.</exception>
    public async Task RegisterAsync(RpcHandler engine, string @namespace, CancellationToken cancellation)
    {
        var known = await engine.CallAsync<ListSearchAttributesResponse>(new ListSearchAttributesRequest { Namespace = @namespace }, cancellation).ConfigureAwait(false);
        if (known.CustomAttributes.TryGetValue(name, out var type))
        {
            if (type != IndexedValueType.Keyword)
                throw new RpcException(RpcStatusCode.FailedPrecondition, $"The search attribute '{name}' of namespace '{@namespace}' is a {type} and must be a Keyword. Name another in Mandate:Gateway:TenantAttribute.");
            return;
        }

        try
        {
            await engine.CallAsync<AddSearchAttributesResponse>(
                new AddSearchAttributesRequest { Namespace = @namespace, SearchAttributes = { [name] = IndexedValueType.Keyword } }, cancellation).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.AlreadyExists)
        {
            // Another gateway was faster.
        }
    }

    private static bool IsTenant(Payload value, ByteString expected, string tenant)
    {
        if (value.Data.Equals(expected))
            return true;
        // The same text may be escaped otherwise.
        try
        {
            return System.Text.Json.JsonSerializer.Deserialize(value.Data.Span, TenantJson.Default.String) == tenant;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }
}
