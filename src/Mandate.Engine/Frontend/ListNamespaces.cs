using System.Buffers.Binary;
using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>The namespaces in the order of their registration, in pages.</summary>
internal sealed class ListNamespaces(EngineCore core) : Endpoint<ListNamespacesRequest, ListNamespacesResponse>(core)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1_000;

    protected override Task<ListNamespacesResponse> HandleAsync(ListNamespacesRequest request, RpcCall call)
    {
        Check.That(request.PageSize >= 0, $"The page size is {request.PageSize}; it is at least 0, which means {DefaultPage}.");
        Check.That(request.NextPageToken.Length is 0 or sizeof(int), "The page token is none of this RPC's. Begin again without one.");
        var after = request.NextPageToken.IsEmpty ? 0 : BinaryPrimitives.ReadInt32BigEndian(request.NextPageToken.Span);
        var size = request.PageSize == 0 ? DefaultPage : Math.Min(request.PageSize, LargestPage);
        var page = Core.Namespaces.All.Where(n => n.Key > after).Take(size + 1).ToArray();
        var response = new ListNamespacesResponse();
        response.Namespaces.AddRange(page.Take(size).Select(n => DescribeNamespace.Describe(Core, n)));
        if (page.Length > size)
        {
            var token = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(token, page[size - 1].Key);
            response.NextPageToken = ByteString.CopyFrom(token);
        }

        return Task.FromResult(response);
    }
}
