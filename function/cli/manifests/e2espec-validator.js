// Generated from crds/e2especs.yaml by `npm run generate`.
"use strict";
export const validate = validate10;
export default validate10;
const schema11 = {"type":"object","required":["spec"],"properties":{"apiVersion":{"type":"string"},"kind":{"type":"string"},"metadata":{"type":"object"},"spec":{"type":"object","required":["image"],"properties":{"image":{"type":"string","maxLength":1024,"pattern":"^\\S+$"},"imagePullPolicy":{"type":"string","enum":["Always","IfNotPresent","Never"]},"command":{"type":"array","maxItems":256,"items":{"type":"string","maxLength":131071}},"args":{"type":"array","maxItems":256,"items":{"type":"string","maxLength":131071}},"env":{"type":"array","maxItems":256,"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":256,"pattern":"^[ -<>-~]+$"},"value":{"type":"string","maxLength":131071},"valueFrom":{"type":"object","minProperties":1,"maxProperties":1,"properties":{"secretKeyRef":{"type":"object","required":["name","key"],"properties":{"name":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},"key":{"type":"string","maxLength":253,"pattern":"^[-._a-zA-Z0-9]+$"},"optional":{"type":"boolean"}},"additionalProperties":false},"configMapKeyRef":{"type":"object","required":["name","key"],"properties":{"name":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},"key":{"type":"string","maxLength":253,"pattern":"^[-._a-zA-Z0-9]+$"},"optional":{"type":"boolean"}},"additionalProperties":false},"fieldRef":{"type":"object","required":["fieldPath"],"properties":{"apiVersion":{"type":"string","maxLength":64},"fieldPath":{"type":"string","minLength":1,"maxLength":512}},"additionalProperties":false},"resourceFieldRef":{"type":"object","required":["resource"],"properties":{"containerName":{"type":"string","maxLength":63},"resource":{"type":"string","minLength":1,"maxLength":253},"divisor":{"anyOf":[{"type":"integer"},{"type":"string"}],"maxLength":64,"pattern":"^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"}},"additionalProperties":false}},"additionalProperties":false}},"additionalProperties":false}},"envFrom":{"type":"array","maxItems":64,"items":{"type":"object","oneOf":[{"required":["secretRef"]},{"required":["configMapRef"]}],"properties":{"prefix":{"type":"string","maxLength":256,"pattern":"^[ -<>-~]*$"},"secretRef":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},"optional":{"type":"boolean"}},"additionalProperties":false},"configMapRef":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},"optional":{"type":"boolean"}},"additionalProperties":false}},"additionalProperties":false}},"secrets":{"type":"array","maxItems":64,"items":{"type":"object","required":["name","mountPath"],"properties":{"name":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},"mountPath":{"type":"string","maxLength":1024,"pattern":"^/[^:]+$"}},"additionalProperties":false}},"configMaps":{"type":"array","maxItems":64,"items":{"type":"object","required":["name","mountPath"],"properties":{"name":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},"mountPath":{"type":"string","maxLength":1024,"pattern":"^/[^:]+$"},"items":{"type":"array","minItems":1,"maxItems":512,"items":{"type":"object","required":["key","path"],"properties":{"key":{"type":"string","maxLength":253,"pattern":"^[-._a-zA-Z0-9]+$"},"path":{"type":"string","maxLength":1024,"pattern":"^[^/:][^:]*$"}},"additionalProperties":false}}},"additionalProperties":false}},"imagePullSecrets":{"type":"array","maxItems":16,"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"}},"additionalProperties":false}},"serviceAccountName":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},"resources":{"type":"object","properties":{"requests":{"type":"object","maxProperties":32,"additionalProperties":{"anyOf":[{"type":"integer"},{"type":"string"}],"maxLength":64,"pattern":"^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"}},"limits":{"type":"object","maxProperties":32,"additionalProperties":{"anyOf":[{"type":"integer"},{"type":"string"}],"maxLength":64,"pattern":"^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"}},"claims":{"type":"array","maxItems":16,"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":253},"request":{"type":"string","maxLength":253}},"additionalProperties":false}}},"additionalProperties":false},"backoffLimit":{"type":"integer","format":"int32","minimum":0,"maximum":10},"activeDeadlineSeconds":{"type":"integer","format":"int32","minimum":10,"maximum":86400},"ttlSecondsAfterFinished":{"type":"integer","format":"int32","minimum":300,"maximum":604800},"ttlSecondsAfterFailure":{"type":"integer","format":"int32","minimum":300,"maximum":604800},"inconclusiveRetries":{"type":"integer","format":"int32","minimum":0,"maximum":10},"onInconclusive":{"type":"string","enum":["Rollback","Hold"]},"mode":{"type":"string","enum":["Enforce","Observe"]},"staleAfterSeconds":{"type":"integer","format":"int32","minimum":60,"maximum":31536000},"podTemplate":{"type":"object","properties":{"metadata":{"type":"object","properties":{"labels":{"type":"object","maxProperties":64,"additionalProperties":{"type":"string","maxLength":63}},"annotations":{"type":"object","maxProperties":64,"additionalProperties":{"type":"string","maxLength":65536}}},"additionalProperties":false},"spec":{"type":"object"}},"additionalProperties":false},"jobTemplate":{"type":"object","properties":{"metadata":{"type":"object","properties":{"labels":{"type":"object","maxProperties":64,"additionalProperties":{"type":"string","maxLength":63}},"annotations":{"type":"object","maxProperties":64,"additionalProperties":{"type":"string","maxLength":65536}}},"additionalProperties":false}},"additionalProperties":false}},"additionalProperties":false},"status":{}},"additionalProperties":false};
const func2 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp("^\\S+$", "u");
const pattern1 = new RegExp("^[ -<>-~]+$", "u");
const pattern2 = new RegExp("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", "u");
const pattern3 = new RegExp("^[-._a-zA-Z0-9]+$", "u");
const pattern6 = new RegExp("^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$", "u");
const pattern7 = new RegExp("^[ -<>-~]*$", "u");
const pattern11 = new RegExp("^/[^:]+$", "u");
const pattern15 = new RegExp("^[^/:][^:]*$", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.spec === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spec"},message:"must have required property '"+"spec"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "apiVersion") || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "spec")) || (key0 === "status"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.apiVersion !== undefined){
if(typeof data.apiVersion !== "string"){
const err2 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.kind !== undefined){
if(typeof data.kind !== "string"){
const err3 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.metadata !== undefined){
let data2 = data.metadata;
if(!(data2 && typeof data2 == "object" && !Array.isArray(data2))){
const err4 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.spec !== undefined){
let data3 = data.spec;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.image === undefined){
const err5 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "image"},message:"must have required property '"+"image"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
for(const key1 in data3){
if(!(func2.call(schema11.properties.spec.properties, key1))){
const err6 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data3.image !== undefined){
let data4 = data3.image;
if(typeof data4 === "string"){
if(data4.length > 1024){
const err7 = {instancePath:instancePath+"/spec/image",schemaPath:"#/properties/spec/properties/image/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(!pattern0.test(data4)){
const err8 = {instancePath:instancePath+"/spec/image",schemaPath:"#/properties/spec/properties/image/pattern",keyword:"pattern",params:{pattern: "^\\S+$"},message:"must match pattern \""+"^\\S+$"+"\""};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/spec/image",schemaPath:"#/properties/spec/properties/image/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data3.imagePullPolicy !== undefined){
let data5 = data3.imagePullPolicy;
if(typeof data5 !== "string"){
const err10 = {instancePath:instancePath+"/spec/imagePullPolicy",schemaPath:"#/properties/spec/properties/imagePullPolicy/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(!(((data5 === "Always") || (data5 === "IfNotPresent")) || (data5 === "Never"))){
const err11 = {instancePath:instancePath+"/spec/imagePullPolicy",schemaPath:"#/properties/spec/properties/imagePullPolicy/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.imagePullPolicy.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data3.command !== undefined){
let data6 = data3.command;
if(Array.isArray(data6)){
if(data6.length > 256){
const err12 = {instancePath:instancePath+"/spec/command",schemaPath:"#/properties/spec/properties/command/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
let data7 = data6[i0];
if(typeof data7 === "string"){
if(data7.length > 131071){
const err13 = {instancePath:instancePath+"/spec/command/" + i0,schemaPath:"#/properties/spec/properties/command/items/maxLength",keyword:"maxLength",params:{limit: 131071},message:"must NOT have more than 131071 characters"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/spec/command/" + i0,schemaPath:"#/properties/spec/properties/command/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/spec/command",schemaPath:"#/properties/spec/properties/command/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data3.args !== undefined){
let data8 = data3.args;
if(Array.isArray(data8)){
if(data8.length > 256){
const err16 = {instancePath:instancePath+"/spec/args",schemaPath:"#/properties/spec/properties/args/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
let data9 = data8[i1];
if(typeof data9 === "string"){
if(data9.length > 131071){
const err17 = {instancePath:instancePath+"/spec/args/" + i1,schemaPath:"#/properties/spec/properties/args/items/maxLength",keyword:"maxLength",params:{limit: 131071},message:"must NOT have more than 131071 characters"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/spec/args/" + i1,schemaPath:"#/properties/spec/properties/args/items/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/spec/args",schemaPath:"#/properties/spec/properties/args/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data3.env !== undefined){
let data10 = data3.env;
if(Array.isArray(data10)){
if(data10.length > 256){
const err20 = {instancePath:instancePath+"/spec/env",schemaPath:"#/properties/spec/properties/env/maxItems",keyword:"maxItems",params:{limit: 256},message:"must NOT have more than 256 items"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
const len2 = data10.length;
for(let i2=0; i2<len2; i2++){
let data11 = data10[i2];
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.name === undefined){
const err21 = {instancePath:instancePath+"/spec/env/" + i2,schemaPath:"#/properties/spec/properties/env/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
for(const key2 in data11){
if(!(((key2 === "name") || (key2 === "value")) || (key2 === "valueFrom"))){
const err22 = {instancePath:instancePath+"/spec/env/" + i2,schemaPath:"#/properties/spec/properties/env/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data11.name !== undefined){
let data12 = data11.name;
if(typeof data12 === "string"){
if(data12.length > 256){
const err23 = {instancePath:instancePath+"/spec/env/" + i2+"/name",schemaPath:"#/properties/spec/properties/env/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(!pattern1.test(data12)){
const err24 = {instancePath:instancePath+"/spec/env/" + i2+"/name",schemaPath:"#/properties/spec/properties/env/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[ -<>-~]+$"},message:"must match pattern \""+"^[ -<>-~]+$"+"\""};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
else {
const err25 = {instancePath:instancePath+"/spec/env/" + i2+"/name",schemaPath:"#/properties/spec/properties/env/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data11.value !== undefined){
let data13 = data11.value;
if(typeof data13 === "string"){
if(data13.length > 131071){
const err26 = {instancePath:instancePath+"/spec/env/" + i2+"/value",schemaPath:"#/properties/spec/properties/env/items/properties/value/maxLength",keyword:"maxLength",params:{limit: 131071},message:"must NOT have more than 131071 characters"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/spec/env/" + i2+"/value",schemaPath:"#/properties/spec/properties/env/items/properties/value/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data11.valueFrom !== undefined){
let data14 = data11.valueFrom;
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(Object.keys(data14).length > 1){
const err28 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/maxProperties",keyword:"maxProperties",params:{limit: 1},message:"must NOT have more than 1 properties"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(Object.keys(data14).length < 1){
const err29 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/minProperties",keyword:"minProperties",params:{limit: 1},message:"must NOT have fewer than 1 properties"};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
for(const key3 in data14){
if(!((((key3 === "secretKeyRef") || (key3 === "configMapKeyRef")) || (key3 === "fieldRef")) || (key3 === "resourceFieldRef"))){
const err30 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data14.secretKeyRef !== undefined){
let data15 = data14.secretKeyRef;
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
if(data15.name === undefined){
const err31 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data15.key === undefined){
const err32 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/required",keyword:"required",params:{missingProperty: "key"},message:"must have required property '"+"key"+"'"};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
for(const key4 in data15){
if(!(((key4 === "name") || (key4 === "key")) || (key4 === "optional"))){
const err33 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data15.name !== undefined){
let data16 = data15.name;
if(typeof data16 === "string"){
if(data16.length > 253){
const err34 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef/name",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(!pattern2.test(data16)){
const err35 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef/name",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
else {
const err36 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef/name",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
if(data15.key !== undefined){
let data17 = data15.key;
if(typeof data17 === "string"){
if(data17.length > 253){
const err37 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef/key",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/properties/key/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
if(!pattern3.test(data17)){
const err38 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef/key",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/properties/key/pattern",keyword:"pattern",params:{pattern: "^[-._a-zA-Z0-9]+$"},message:"must match pattern \""+"^[-._a-zA-Z0-9]+$"+"\""};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef/key",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data15.optional !== undefined){
if(typeof data15.optional !== "boolean"){
const err40 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef/optional",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/properties/optional/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/secretKeyRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/secretKeyRef/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data14.configMapKeyRef !== undefined){
let data19 = data14.configMapKeyRef;
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if(data19.name === undefined){
const err42 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data19.key === undefined){
const err43 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/required",keyword:"required",params:{missingProperty: "key"},message:"must have required property '"+"key"+"'"};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
for(const key5 in data19){
if(!(((key5 === "name") || (key5 === "key")) || (key5 === "optional"))){
const err44 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data19.name !== undefined){
let data20 = data19.name;
if(typeof data20 === "string"){
if(data20.length > 253){
const err45 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef/name",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(!pattern2.test(data20)){
const err46 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef/name",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
else {
const err47 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef/name",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data19.key !== undefined){
let data21 = data19.key;
if(typeof data21 === "string"){
if(data21.length > 253){
const err48 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef/key",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/properties/key/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
if(!pattern3.test(data21)){
const err49 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef/key",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/properties/key/pattern",keyword:"pattern",params:{pattern: "^[-._a-zA-Z0-9]+$"},message:"must match pattern \""+"^[-._a-zA-Z0-9]+$"+"\""};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
else {
const err50 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef/key",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data19.optional !== undefined){
if(typeof data19.optional !== "boolean"){
const err51 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef/optional",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/properties/optional/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
}
else {
const err52 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/configMapKeyRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/configMapKeyRef/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data14.fieldRef !== undefined){
let data23 = data14.fieldRef;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(data23.fieldPath === undefined){
const err53 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/fieldRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/fieldRef/required",keyword:"required",params:{missingProperty: "fieldPath"},message:"must have required property '"+"fieldPath"+"'"};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
for(const key6 in data23){
if(!((key6 === "apiVersion") || (key6 === "fieldPath"))){
const err54 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/fieldRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/fieldRef/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data23.apiVersion !== undefined){
let data24 = data23.apiVersion;
if(typeof data24 === "string"){
if(data24.length > 64){
const err55 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/fieldRef/apiVersion",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/fieldRef/properties/apiVersion/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
else {
const err56 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/fieldRef/apiVersion",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/fieldRef/properties/apiVersion/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data23.fieldPath !== undefined){
let data25 = data23.fieldPath;
if(typeof data25 === "string"){
if(data25.length > 512){
const err57 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/fieldRef/fieldPath",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/fieldRef/properties/fieldPath/maxLength",keyword:"maxLength",params:{limit: 512},message:"must NOT have more than 512 characters"};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if(data25.length < 1){
const err58 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/fieldRef/fieldPath",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/fieldRef/properties/fieldPath/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
else {
const err59 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/fieldRef/fieldPath",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/fieldRef/properties/fieldPath/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
}
else {
const err60 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/fieldRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/fieldRef/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data14.resourceFieldRef !== undefined){
let data26 = data14.resourceFieldRef;
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
if(data26.resource === undefined){
const err61 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/required",keyword:"required",params:{missingProperty: "resource"},message:"must have required property '"+"resource"+"'"};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
for(const key7 in data26){
if(!(((key7 === "containerName") || (key7 === "resource")) || (key7 === "divisor"))){
const err62 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data26.containerName !== undefined){
let data27 = data26.containerName;
if(typeof data27 === "string"){
if(data27.length > 63){
const err63 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/containerName",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/containerName/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
else {
const err64 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/containerName",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/containerName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data26.resource !== undefined){
let data28 = data26.resource;
if(typeof data28 === "string"){
if(data28.length > 253){
const err65 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/resource",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/resource/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if(data28.length < 1){
const err66 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/resource",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/resource/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
else {
const err67 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/resource",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/resource/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data26.divisor !== undefined){
let data29 = data26.divisor;
const _errs68 = errors;
let valid14 = false;
const _errs69 = errors;
if(!((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29)))){
const err68 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/divisor",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/divisor/anyOf/0/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
var _valid0 = _errs69 === errors;
valid14 = valid14 || _valid0;
if(!valid14){
const _errs71 = errors;
if(typeof data29 !== "string"){
const err69 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/divisor",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/divisor/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
var _valid0 = _errs71 === errors;
valid14 = valid14 || _valid0;
}
if(!valid14){
const err70 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/divisor",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/divisor/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
else {
errors = _errs68;
if(vErrors !== null){
if(_errs68){
vErrors.length = _errs68;
}
else {
vErrors = null;
}
}
}
if(typeof data29 === "string"){
if(data29.length > 64){
const err71 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/divisor",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/divisor/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
if(!pattern6.test(data29)){
const err72 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef/divisor",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/properties/divisor/pattern",keyword:"pattern",params:{pattern: "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"},message:"must match pattern \""+"^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"+"\""};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
}
else {
const err73 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom/resourceFieldRef",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/properties/resourceFieldRef/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/spec/env/" + i2+"/valueFrom",schemaPath:"#/properties/spec/properties/env/items/properties/valueFrom/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
else {
const err75 = {instancePath:instancePath+"/spec/env/" + i2,schemaPath:"#/properties/spec/properties/env/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
}
else {
const err76 = {instancePath:instancePath+"/spec/env",schemaPath:"#/properties/spec/properties/env/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
if(data3.envFrom !== undefined){
let data30 = data3.envFrom;
if(Array.isArray(data30)){
if(data30.length > 64){
const err77 = {instancePath:instancePath+"/spec/envFrom",schemaPath:"#/properties/spec/properties/envFrom/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
const len3 = data30.length;
for(let i3=0; i3<len3; i3++){
let data31 = data30[i3];
const _errs77 = errors;
let valid17 = false;
let passing0 = null;
const _errs78 = errors;
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
if(data31.secretRef === undefined){
const err78 = {instancePath:instancePath+"/spec/envFrom/" + i3,schemaPath:"#/properties/spec/properties/envFrom/items/oneOf/0/required",keyword:"required",params:{missingProperty: "secretRef"},message:"must have required property '"+"secretRef"+"'"};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
var _valid1 = _errs78 === errors;
if(_valid1){
valid17 = true;
passing0 = 0;
}
const _errs79 = errors;
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
if(data31.configMapRef === undefined){
const err79 = {instancePath:instancePath+"/spec/envFrom/" + i3,schemaPath:"#/properties/spec/properties/envFrom/items/oneOf/1/required",keyword:"required",params:{missingProperty: "configMapRef"},message:"must have required property '"+"configMapRef"+"'"};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
var _valid1 = _errs79 === errors;
if(_valid1 && valid17){
valid17 = false;
passing0 = [passing0, 1];
}
else {
if(_valid1){
valid17 = true;
passing0 = 1;
}
}
if(!valid17){
const err80 = {instancePath:instancePath+"/spec/envFrom/" + i3,schemaPath:"#/properties/spec/properties/envFrom/items/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf"};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
else {
errors = _errs77;
if(vErrors !== null){
if(_errs77){
vErrors.length = _errs77;
}
else {
vErrors = null;
}
}
}
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
for(const key8 in data31){
if(!(((key8 === "prefix") || (key8 === "secretRef")) || (key8 === "configMapRef"))){
const err81 = {instancePath:instancePath+"/spec/envFrom/" + i3,schemaPath:"#/properties/spec/properties/envFrom/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data31.prefix !== undefined){
let data32 = data31.prefix;
if(typeof data32 === "string"){
if(data32.length > 256){
const err82 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/prefix",schemaPath:"#/properties/spec/properties/envFrom/items/properties/prefix/maxLength",keyword:"maxLength",params:{limit: 256},message:"must NOT have more than 256 characters"};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
if(!pattern7.test(data32)){
const err83 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/prefix",schemaPath:"#/properties/spec/properties/envFrom/items/properties/prefix/pattern",keyword:"pattern",params:{pattern: "^[ -<>-~]*$"},message:"must match pattern \""+"^[ -<>-~]*$"+"\""};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
else {
const err84 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/prefix",schemaPath:"#/properties/spec/properties/envFrom/items/properties/prefix/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
if(data31.secretRef !== undefined){
let data33 = data31.secretRef;
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
if(data33.name === undefined){
const err85 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/secretRef",schemaPath:"#/properties/spec/properties/envFrom/items/properties/secretRef/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
for(const key9 in data33){
if(!((key9 === "name") || (key9 === "optional"))){
const err86 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/secretRef",schemaPath:"#/properties/spec/properties/envFrom/items/properties/secretRef/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data33.name !== undefined){
let data34 = data33.name;
if(typeof data34 === "string"){
if(data34.length > 253){
const err87 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/secretRef/name",schemaPath:"#/properties/spec/properties/envFrom/items/properties/secretRef/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
if(!pattern2.test(data34)){
const err88 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/secretRef/name",schemaPath:"#/properties/spec/properties/envFrom/items/properties/secretRef/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
else {
const err89 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/secretRef/name",schemaPath:"#/properties/spec/properties/envFrom/items/properties/secretRef/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
if(data33.optional !== undefined){
if(typeof data33.optional !== "boolean"){
const err90 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/secretRef/optional",schemaPath:"#/properties/spec/properties/envFrom/items/properties/secretRef/properties/optional/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
}
else {
const err91 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/secretRef",schemaPath:"#/properties/spec/properties/envFrom/items/properties/secretRef/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data31.configMapRef !== undefined){
let data36 = data31.configMapRef;
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(data36.name === undefined){
const err92 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/configMapRef",schemaPath:"#/properties/spec/properties/envFrom/items/properties/configMapRef/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
for(const key10 in data36){
if(!((key10 === "name") || (key10 === "optional"))){
const err93 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/configMapRef",schemaPath:"#/properties/spec/properties/envFrom/items/properties/configMapRef/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
if(data36.name !== undefined){
let data37 = data36.name;
if(typeof data37 === "string"){
if(data37.length > 253){
const err94 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/configMapRef/name",schemaPath:"#/properties/spec/properties/envFrom/items/properties/configMapRef/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
if(!pattern2.test(data37)){
const err95 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/configMapRef/name",schemaPath:"#/properties/spec/properties/envFrom/items/properties/configMapRef/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
else {
const err96 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/configMapRef/name",schemaPath:"#/properties/spec/properties/envFrom/items/properties/configMapRef/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
if(data36.optional !== undefined){
if(typeof data36.optional !== "boolean"){
const err97 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/configMapRef/optional",schemaPath:"#/properties/spec/properties/envFrom/items/properties/configMapRef/properties/optional/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
}
}
else {
const err98 = {instancePath:instancePath+"/spec/envFrom/" + i3+"/configMapRef",schemaPath:"#/properties/spec/properties/envFrom/items/properties/configMapRef/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
}
else {
const err99 = {instancePath:instancePath+"/spec/envFrom/" + i3,schemaPath:"#/properties/spec/properties/envFrom/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
}
else {
const err100 = {instancePath:instancePath+"/spec/envFrom",schemaPath:"#/properties/spec/properties/envFrom/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
}
if(data3.secrets !== undefined){
let data39 = data3.secrets;
if(Array.isArray(data39)){
if(data39.length > 64){
const err101 = {instancePath:instancePath+"/spec/secrets",schemaPath:"#/properties/spec/properties/secrets/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
const len4 = data39.length;
for(let i4=0; i4<len4; i4++){
let data40 = data39[i4];
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
if(data40.name === undefined){
const err102 = {instancePath:instancePath+"/spec/secrets/" + i4,schemaPath:"#/properties/spec/properties/secrets/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
if(data40.mountPath === undefined){
const err103 = {instancePath:instancePath+"/spec/secrets/" + i4,schemaPath:"#/properties/spec/properties/secrets/items/required",keyword:"required",params:{missingProperty: "mountPath"},message:"must have required property '"+"mountPath"+"'"};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
for(const key11 in data40){
if(!((key11 === "name") || (key11 === "mountPath"))){
const err104 = {instancePath:instancePath+"/spec/secrets/" + i4,schemaPath:"#/properties/spec/properties/secrets/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
if(data40.name !== undefined){
let data41 = data40.name;
if(typeof data41 === "string"){
if(data41.length > 253){
const err105 = {instancePath:instancePath+"/spec/secrets/" + i4+"/name",schemaPath:"#/properties/spec/properties/secrets/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
if(!pattern2.test(data41)){
const err106 = {instancePath:instancePath+"/spec/secrets/" + i4+"/name",schemaPath:"#/properties/spec/properties/secrets/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
else {
const err107 = {instancePath:instancePath+"/spec/secrets/" + i4+"/name",schemaPath:"#/properties/spec/properties/secrets/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data40.mountPath !== undefined){
let data42 = data40.mountPath;
if(typeof data42 === "string"){
if(data42.length > 1024){
const err108 = {instancePath:instancePath+"/spec/secrets/" + i4+"/mountPath",schemaPath:"#/properties/spec/properties/secrets/items/properties/mountPath/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if(!pattern11.test(data42)){
const err109 = {instancePath:instancePath+"/spec/secrets/" + i4+"/mountPath",schemaPath:"#/properties/spec/properties/secrets/items/properties/mountPath/pattern",keyword:"pattern",params:{pattern: "^/[^:]+$"},message:"must match pattern \""+"^/[^:]+$"+"\""};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
}
else {
const err110 = {instancePath:instancePath+"/spec/secrets/" + i4+"/mountPath",schemaPath:"#/properties/spec/properties/secrets/items/properties/mountPath/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
}
else {
const err111 = {instancePath:instancePath+"/spec/secrets/" + i4,schemaPath:"#/properties/spec/properties/secrets/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
}
else {
const err112 = {instancePath:instancePath+"/spec/secrets",schemaPath:"#/properties/spec/properties/secrets/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data3.configMaps !== undefined){
let data43 = data3.configMaps;
if(Array.isArray(data43)){
if(data43.length > 64){
const err113 = {instancePath:instancePath+"/spec/configMaps",schemaPath:"#/properties/spec/properties/configMaps/maxItems",keyword:"maxItems",params:{limit: 64},message:"must NOT have more than 64 items"};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
const len5 = data43.length;
for(let i5=0; i5<len5; i5++){
let data44 = data43[i5];
if(data44 && typeof data44 == "object" && !Array.isArray(data44)){
if(data44.name === undefined){
const err114 = {instancePath:instancePath+"/spec/configMaps/" + i5,schemaPath:"#/properties/spec/properties/configMaps/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
if(data44.mountPath === undefined){
const err115 = {instancePath:instancePath+"/spec/configMaps/" + i5,schemaPath:"#/properties/spec/properties/configMaps/items/required",keyword:"required",params:{missingProperty: "mountPath"},message:"must have required property '"+"mountPath"+"'"};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
for(const key12 in data44){
if(!(((key12 === "name") || (key12 === "mountPath")) || (key12 === "items"))){
const err116 = {instancePath:instancePath+"/spec/configMaps/" + i5,schemaPath:"#/properties/spec/properties/configMaps/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
if(data44.name !== undefined){
let data45 = data44.name;
if(typeof data45 === "string"){
if(data45.length > 253){
const err117 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/name",schemaPath:"#/properties/spec/properties/configMaps/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
if(!pattern2.test(data45)){
const err118 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/name",schemaPath:"#/properties/spec/properties/configMaps/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
else {
const err119 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/name",schemaPath:"#/properties/spec/properties/configMaps/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
if(data44.mountPath !== undefined){
let data46 = data44.mountPath;
if(typeof data46 === "string"){
if(data46.length > 1024){
const err120 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/mountPath",schemaPath:"#/properties/spec/properties/configMaps/items/properties/mountPath/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
if(!pattern11.test(data46)){
const err121 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/mountPath",schemaPath:"#/properties/spec/properties/configMaps/items/properties/mountPath/pattern",keyword:"pattern",params:{pattern: "^/[^:]+$"},message:"must match pattern \""+"^/[^:]+$"+"\""};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
else {
const err122 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/mountPath",schemaPath:"#/properties/spec/properties/configMaps/items/properties/mountPath/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
if(data44.items !== undefined){
let data47 = data44.items;
if(Array.isArray(data47)){
if(data47.length > 512){
const err123 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items",schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/maxItems",keyword:"maxItems",params:{limit: 512},message:"must NOT have more than 512 items"};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
if(data47.length < 1){
const err124 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items",schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/minItems",keyword:"minItems",params:{limit: 1},message:"must NOT have fewer than 1 items"};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
const len6 = data47.length;
for(let i6=0; i6<len6; i6++){
let data48 = data47[i6];
if(data48 && typeof data48 == "object" && !Array.isArray(data48)){
if(data48.key === undefined){
const err125 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6,schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/required",keyword:"required",params:{missingProperty: "key"},message:"must have required property '"+"key"+"'"};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
if(data48.path === undefined){
const err126 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6,schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/required",keyword:"required",params:{missingProperty: "path"},message:"must have required property '"+"path"+"'"};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
for(const key13 in data48){
if(!((key13 === "key") || (key13 === "path"))){
const err127 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6,schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
if(data48.key !== undefined){
let data49 = data48.key;
if(typeof data49 === "string"){
if(data49.length > 253){
const err128 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6+"/key",schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/properties/key/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
if(!pattern3.test(data49)){
const err129 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6+"/key",schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/properties/key/pattern",keyword:"pattern",params:{pattern: "^[-._a-zA-Z0-9]+$"},message:"must match pattern \""+"^[-._a-zA-Z0-9]+$"+"\""};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
else {
const err130 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6+"/key",schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/properties/key/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
}
if(data48.path !== undefined){
let data50 = data48.path;
if(typeof data50 === "string"){
if(data50.length > 1024){
const err131 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6+"/path",schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/properties/path/maxLength",keyword:"maxLength",params:{limit: 1024},message:"must NOT have more than 1024 characters"};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
if(!pattern15.test(data50)){
const err132 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6+"/path",schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^/:][^:]*$"},message:"must match pattern \""+"^[^/:][^:]*$"+"\""};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
else {
const err133 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6+"/path",schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
}
else {
const err134 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items/" + i6,schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
}
else {
const err135 = {instancePath:instancePath+"/spec/configMaps/" + i5+"/items",schemaPath:"#/properties/spec/properties/configMaps/items/properties/items/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
}
else {
const err136 = {instancePath:instancePath+"/spec/configMaps/" + i5,schemaPath:"#/properties/spec/properties/configMaps/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
}
else {
const err137 = {instancePath:instancePath+"/spec/configMaps",schemaPath:"#/properties/spec/properties/configMaps/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
if(data3.imagePullSecrets !== undefined){
let data51 = data3.imagePullSecrets;
if(Array.isArray(data51)){
if(data51.length > 16){
const err138 = {instancePath:instancePath+"/spec/imagePullSecrets",schemaPath:"#/properties/spec/properties/imagePullSecrets/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
const len7 = data51.length;
for(let i7=0; i7<len7; i7++){
let data52 = data51[i7];
if(data52 && typeof data52 == "object" && !Array.isArray(data52)){
if(data52.name === undefined){
const err139 = {instancePath:instancePath+"/spec/imagePullSecrets/" + i7,schemaPath:"#/properties/spec/properties/imagePullSecrets/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
for(const key14 in data52){
if(!(key14 === "name")){
const err140 = {instancePath:instancePath+"/spec/imagePullSecrets/" + i7,schemaPath:"#/properties/spec/properties/imagePullSecrets/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
if(data52.name !== undefined){
let data53 = data52.name;
if(typeof data53 === "string"){
if(data53.length > 253){
const err141 = {instancePath:instancePath+"/spec/imagePullSecrets/" + i7+"/name",schemaPath:"#/properties/spec/properties/imagePullSecrets/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
if(!pattern2.test(data53)){
const err142 = {instancePath:instancePath+"/spec/imagePullSecrets/" + i7+"/name",schemaPath:"#/properties/spec/properties/imagePullSecrets/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
else {
const err143 = {instancePath:instancePath+"/spec/imagePullSecrets/" + i7+"/name",schemaPath:"#/properties/spec/properties/imagePullSecrets/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
}
else {
const err144 = {instancePath:instancePath+"/spec/imagePullSecrets/" + i7,schemaPath:"#/properties/spec/properties/imagePullSecrets/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
}
else {
const err145 = {instancePath:instancePath+"/spec/imagePullSecrets",schemaPath:"#/properties/spec/properties/imagePullSecrets/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
}
if(data3.serviceAccountName !== undefined){
let data54 = data3.serviceAccountName;
if(typeof data54 === "string"){
if(data54.length > 253){
const err146 = {instancePath:instancePath+"/spec/serviceAccountName",schemaPath:"#/properties/spec/properties/serviceAccountName/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
if(!pattern2.test(data54)){
const err147 = {instancePath:instancePath+"/spec/serviceAccountName",schemaPath:"#/properties/spec/properties/serviceAccountName/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},message:"must match pattern \""+"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"+"\""};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
else {
const err148 = {instancePath:instancePath+"/spec/serviceAccountName",schemaPath:"#/properties/spec/properties/serviceAccountName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
if(data3.resources !== undefined){
let data55 = data3.resources;
if(data55 && typeof data55 == "object" && !Array.isArray(data55)){
for(const key15 in data55){
if(!(((key15 === "requests") || (key15 === "limits")) || (key15 === "claims"))){
const err149 = {instancePath:instancePath+"/spec/resources",schemaPath:"#/properties/spec/properties/resources/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key15},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
if(data55.requests !== undefined){
let data56 = data55.requests;
if(data56 && typeof data56 == "object" && !Array.isArray(data56)){
if(Object.keys(data56).length > 32){
const err150 = {instancePath:instancePath+"/spec/resources/requests",schemaPath:"#/properties/spec/properties/resources/properties/requests/maxProperties",keyword:"maxProperties",params:{limit: 32},message:"must NOT have more than 32 properties"};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
for(const key16 in data56){
let data57 = data56[key16];
const _errs140 = errors;
let valid35 = false;
const _errs141 = errors;
if(!((typeof data57 == "number") && (!(data57 % 1) && !isNaN(data57)))){
const err151 = {instancePath:instancePath+"/spec/resources/requests/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/requests/additionalProperties/anyOf/0/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
var _valid2 = _errs141 === errors;
valid35 = valid35 || _valid2;
if(!valid35){
const _errs143 = errors;
if(typeof data57 !== "string"){
const err152 = {instancePath:instancePath+"/spec/resources/requests/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/requests/additionalProperties/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
var _valid2 = _errs143 === errors;
valid35 = valid35 || _valid2;
}
if(!valid35){
const err153 = {instancePath:instancePath+"/spec/resources/requests/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/requests/additionalProperties/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
else {
errors = _errs140;
if(vErrors !== null){
if(_errs140){
vErrors.length = _errs140;
}
else {
vErrors = null;
}
}
}
if(typeof data57 === "string"){
if(data57.length > 64){
const err154 = {instancePath:instancePath+"/spec/resources/requests/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/requests/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
if(!pattern6.test(data57)){
const err155 = {instancePath:instancePath+"/spec/resources/requests/" + key16.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/requests/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"},message:"must match pattern \""+"^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"+"\""};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
}
}
else {
const err156 = {instancePath:instancePath+"/spec/resources/requests",schemaPath:"#/properties/spec/properties/resources/properties/requests/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
}
if(data55.limits !== undefined){
let data58 = data55.limits;
if(data58 && typeof data58 == "object" && !Array.isArray(data58)){
if(Object.keys(data58).length > 32){
const err157 = {instancePath:instancePath+"/spec/resources/limits",schemaPath:"#/properties/spec/properties/resources/properties/limits/maxProperties",keyword:"maxProperties",params:{limit: 32},message:"must NOT have more than 32 properties"};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
for(const key17 in data58){
let data59 = data58[key17];
const _errs149 = errors;
let valid37 = false;
const _errs150 = errors;
if(!((typeof data59 == "number") && (!(data59 % 1) && !isNaN(data59)))){
const err158 = {instancePath:instancePath+"/spec/resources/limits/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/limits/additionalProperties/anyOf/0/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
var _valid3 = _errs150 === errors;
valid37 = valid37 || _valid3;
if(!valid37){
const _errs152 = errors;
if(typeof data59 !== "string"){
const err159 = {instancePath:instancePath+"/spec/resources/limits/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/limits/additionalProperties/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
var _valid3 = _errs152 === errors;
valid37 = valid37 || _valid3;
}
if(!valid37){
const err160 = {instancePath:instancePath+"/spec/resources/limits/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/limits/additionalProperties/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
else {
errors = _errs149;
if(vErrors !== null){
if(_errs149){
vErrors.length = _errs149;
}
else {
vErrors = null;
}
}
}
if(typeof data59 === "string"){
if(data59.length > 64){
const err161 = {instancePath:instancePath+"/spec/resources/limits/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/limits/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 64},message:"must NOT have more than 64 characters"};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
if(!pattern6.test(data59)){
const err162 = {instancePath:instancePath+"/spec/resources/limits/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/resources/properties/limits/additionalProperties/pattern",keyword:"pattern",params:{pattern: "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"},message:"must match pattern \""+"^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"+"\""};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
}
}
}
else {
const err163 = {instancePath:instancePath+"/spec/resources/limits",schemaPath:"#/properties/spec/properties/resources/properties/limits/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
}
if(data55.claims !== undefined){
let data60 = data55.claims;
if(Array.isArray(data60)){
if(data60.length > 16){
const err164 = {instancePath:instancePath+"/spec/resources/claims",schemaPath:"#/properties/spec/properties/resources/properties/claims/maxItems",keyword:"maxItems",params:{limit: 16},message:"must NOT have more than 16 items"};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
const len8 = data60.length;
for(let i8=0; i8<len8; i8++){
let data61 = data60[i8];
if(data61 && typeof data61 == "object" && !Array.isArray(data61)){
if(data61.name === undefined){
const err165 = {instancePath:instancePath+"/spec/resources/claims/" + i8,schemaPath:"#/properties/spec/properties/resources/properties/claims/items/required",keyword:"required",params:{missingProperty: "name"},message:"must have required property '"+"name"+"'"};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
for(const key18 in data61){
if(!((key18 === "name") || (key18 === "request"))){
const err166 = {instancePath:instancePath+"/spec/resources/claims/" + i8,schemaPath:"#/properties/spec/properties/resources/properties/claims/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key18},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
}
if(data61.name !== undefined){
let data62 = data61.name;
if(typeof data62 === "string"){
if(data62.length > 253){
const err167 = {instancePath:instancePath+"/spec/resources/claims/" + i8+"/name",schemaPath:"#/properties/spec/properties/resources/properties/claims/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
if(data62.length < 1){
const err168 = {instancePath:instancePath+"/spec/resources/claims/" + i8+"/name",schemaPath:"#/properties/spec/properties/resources/properties/claims/items/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
else {
const err169 = {instancePath:instancePath+"/spec/resources/claims/" + i8+"/name",schemaPath:"#/properties/spec/properties/resources/properties/claims/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
if(data61.request !== undefined){
let data63 = data61.request;
if(typeof data63 === "string"){
if(data63.length > 253){
const err170 = {instancePath:instancePath+"/spec/resources/claims/" + i8+"/request",schemaPath:"#/properties/spec/properties/resources/properties/claims/items/properties/request/maxLength",keyword:"maxLength",params:{limit: 253},message:"must NOT have more than 253 characters"};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
else {
const err171 = {instancePath:instancePath+"/spec/resources/claims/" + i8+"/request",schemaPath:"#/properties/spec/properties/resources/properties/claims/items/properties/request/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
}
}
else {
const err172 = {instancePath:instancePath+"/spec/resources/claims/" + i8,schemaPath:"#/properties/spec/properties/resources/properties/claims/items/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
}
else {
const err173 = {instancePath:instancePath+"/spec/resources/claims",schemaPath:"#/properties/spec/properties/resources/properties/claims/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
}
else {
const err174 = {instancePath:instancePath+"/spec/resources",schemaPath:"#/properties/spec/properties/resources/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
}
if(data3.backoffLimit !== undefined){
let data64 = data3.backoffLimit;
if(!((typeof data64 == "number") && (!(data64 % 1) && !isNaN(data64)))){
const err175 = {instancePath:instancePath+"/spec/backoffLimit",schemaPath:"#/properties/spec/properties/backoffLimit/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
if(typeof data64 == "number"){
if(data64 > 10 || isNaN(data64)){
const err176 = {instancePath:instancePath+"/spec/backoffLimit",schemaPath:"#/properties/spec/properties/backoffLimit/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10},message:"must be <= 10"};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
if(data64 < 0 || isNaN(data64)){
const err177 = {instancePath:instancePath+"/spec/backoffLimit",schemaPath:"#/properties/spec/properties/backoffLimit/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
}
if(data3.activeDeadlineSeconds !== undefined){
let data65 = data3.activeDeadlineSeconds;
if(!((typeof data65 == "number") && (!(data65 % 1) && !isNaN(data65)))){
const err178 = {instancePath:instancePath+"/spec/activeDeadlineSeconds",schemaPath:"#/properties/spec/properties/activeDeadlineSeconds/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
if(typeof data65 == "number"){
if(data65 > 86400 || isNaN(data65)){
const err179 = {instancePath:instancePath+"/spec/activeDeadlineSeconds",schemaPath:"#/properties/spec/properties/activeDeadlineSeconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 86400},message:"must be <= 86400"};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
if(data65 < 10 || isNaN(data65)){
const err180 = {instancePath:instancePath+"/spec/activeDeadlineSeconds",schemaPath:"#/properties/spec/properties/activeDeadlineSeconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 10},message:"must be >= 10"};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
}
if(data3.ttlSecondsAfterFinished !== undefined){
let data66 = data3.ttlSecondsAfterFinished;
if(!((typeof data66 == "number") && (!(data66 % 1) && !isNaN(data66)))){
const err181 = {instancePath:instancePath+"/spec/ttlSecondsAfterFinished",schemaPath:"#/properties/spec/properties/ttlSecondsAfterFinished/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
if(typeof data66 == "number"){
if(data66 > 604800 || isNaN(data66)){
const err182 = {instancePath:instancePath+"/spec/ttlSecondsAfterFinished",schemaPath:"#/properties/spec/properties/ttlSecondsAfterFinished/maximum",keyword:"maximum",params:{comparison: "<=", limit: 604800},message:"must be <= 604800"};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
if(data66 < 300 || isNaN(data66)){
const err183 = {instancePath:instancePath+"/spec/ttlSecondsAfterFinished",schemaPath:"#/properties/spec/properties/ttlSecondsAfterFinished/minimum",keyword:"minimum",params:{comparison: ">=", limit: 300},message:"must be >= 300"};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
}
}
if(data3.ttlSecondsAfterFailure !== undefined){
let data67 = data3.ttlSecondsAfterFailure;
if(!((typeof data67 == "number") && (!(data67 % 1) && !isNaN(data67)))){
const err184 = {instancePath:instancePath+"/spec/ttlSecondsAfterFailure",schemaPath:"#/properties/spec/properties/ttlSecondsAfterFailure/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
if(typeof data67 == "number"){
if(data67 > 604800 || isNaN(data67)){
const err185 = {instancePath:instancePath+"/spec/ttlSecondsAfterFailure",schemaPath:"#/properties/spec/properties/ttlSecondsAfterFailure/maximum",keyword:"maximum",params:{comparison: "<=", limit: 604800},message:"must be <= 604800"};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
if(data67 < 300 || isNaN(data67)){
const err186 = {instancePath:instancePath+"/spec/ttlSecondsAfterFailure",schemaPath:"#/properties/spec/properties/ttlSecondsAfterFailure/minimum",keyword:"minimum",params:{comparison: ">=", limit: 300},message:"must be >= 300"};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
}
}
if(data3.inconclusiveRetries !== undefined){
let data68 = data3.inconclusiveRetries;
if(!((typeof data68 == "number") && (!(data68 % 1) && !isNaN(data68)))){
const err187 = {instancePath:instancePath+"/spec/inconclusiveRetries",schemaPath:"#/properties/spec/properties/inconclusiveRetries/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
if(typeof data68 == "number"){
if(data68 > 10 || isNaN(data68)){
const err188 = {instancePath:instancePath+"/spec/inconclusiveRetries",schemaPath:"#/properties/spec/properties/inconclusiveRetries/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10},message:"must be <= 10"};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
if(data68 < 0 || isNaN(data68)){
const err189 = {instancePath:instancePath+"/spec/inconclusiveRetries",schemaPath:"#/properties/spec/properties/inconclusiveRetries/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
}
}
if(data3.onInconclusive !== undefined){
let data69 = data3.onInconclusive;
if(typeof data69 !== "string"){
const err190 = {instancePath:instancePath+"/spec/onInconclusive",schemaPath:"#/properties/spec/properties/onInconclusive/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
if(!((data69 === "Rollback") || (data69 === "Hold"))){
const err191 = {instancePath:instancePath+"/spec/onInconclusive",schemaPath:"#/properties/spec/properties/onInconclusive/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.onInconclusive.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
if(data3.mode !== undefined){
let data70 = data3.mode;
if(typeof data70 !== "string"){
const err192 = {instancePath:instancePath+"/spec/mode",schemaPath:"#/properties/spec/properties/mode/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
if(!((data70 === "Enforce") || (data70 === "Observe"))){
const err193 = {instancePath:instancePath+"/spec/mode",schemaPath:"#/properties/spec/properties/mode/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.mode.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
}
if(data3.staleAfterSeconds !== undefined){
let data71 = data3.staleAfterSeconds;
if(!((typeof data71 == "number") && (!(data71 % 1) && !isNaN(data71)))){
const err194 = {instancePath:instancePath+"/spec/staleAfterSeconds",schemaPath:"#/properties/spec/properties/staleAfterSeconds/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
if(typeof data71 == "number"){
if(data71 > 31536000 || isNaN(data71)){
const err195 = {instancePath:instancePath+"/spec/staleAfterSeconds",schemaPath:"#/properties/spec/properties/staleAfterSeconds/maximum",keyword:"maximum",params:{comparison: "<=", limit: 31536000},message:"must be <= 31536000"};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
if(data71 < 60 || isNaN(data71)){
const err196 = {instancePath:instancePath+"/spec/staleAfterSeconds",schemaPath:"#/properties/spec/properties/staleAfterSeconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 60},message:"must be >= 60"};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
}
}
if(data3.podTemplate !== undefined){
let data72 = data3.podTemplate;
if(data72 && typeof data72 == "object" && !Array.isArray(data72)){
for(const key19 in data72){
if(!((key19 === "metadata") || (key19 === "spec"))){
const err197 = {instancePath:instancePath+"/spec/podTemplate",schemaPath:"#/properties/spec/properties/podTemplate/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key19},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
}
if(data72.metadata !== undefined){
let data73 = data72.metadata;
if(data73 && typeof data73 == "object" && !Array.isArray(data73)){
for(const key20 in data73){
if(!((key20 === "labels") || (key20 === "annotations"))){
const err198 = {instancePath:instancePath+"/spec/podTemplate/metadata",schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key20},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
}
if(data73.labels !== undefined){
let data74 = data73.labels;
if(data74 && typeof data74 == "object" && !Array.isArray(data74)){
if(Object.keys(data74).length > 64){
const err199 = {instancePath:instancePath+"/spec/podTemplate/metadata/labels",schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/properties/labels/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties"};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
for(const key21 in data74){
let data75 = data74[key21];
if(typeof data75 === "string"){
if(data75.length > 63){
const err200 = {instancePath:instancePath+"/spec/podTemplate/metadata/labels/" + key21.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/properties/labels/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
}
else {
const err201 = {instancePath:instancePath+"/spec/podTemplate/metadata/labels/" + key21.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
}
}
else {
const err202 = {instancePath:instancePath+"/spec/podTemplate/metadata/labels",schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/properties/labels/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
}
if(data73.annotations !== undefined){
let data76 = data73.annotations;
if(data76 && typeof data76 == "object" && !Array.isArray(data76)){
if(Object.keys(data76).length > 64){
const err203 = {instancePath:instancePath+"/spec/podTemplate/metadata/annotations",schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/properties/annotations/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties"};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
for(const key22 in data76){
let data77 = data76[key22];
if(typeof data77 === "string"){
if(data77.length > 65536){
const err204 = {instancePath:instancePath+"/spec/podTemplate/metadata/annotations/" + key22.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/properties/annotations/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters"};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
}
else {
const err205 = {instancePath:instancePath+"/spec/podTemplate/metadata/annotations/" + key22.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/properties/annotations/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
}
}
else {
const err206 = {instancePath:instancePath+"/spec/podTemplate/metadata/annotations",schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/properties/annotations/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
}
}
else {
const err207 = {instancePath:instancePath+"/spec/podTemplate/metadata",schemaPath:"#/properties/spec/properties/podTemplate/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
}
if(data72.spec !== undefined){
let data78 = data72.spec;
if(!(data78 && typeof data78 == "object" && !Array.isArray(data78))){
const err208 = {instancePath:instancePath+"/spec/podTemplate/spec",schemaPath:"#/properties/spec/properties/podTemplate/properties/spec/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
}
}
else {
const err209 = {instancePath:instancePath+"/spec/podTemplate",schemaPath:"#/properties/spec/properties/podTemplate/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
if(data3.jobTemplate !== undefined){
let data79 = data3.jobTemplate;
if(data79 && typeof data79 == "object" && !Array.isArray(data79)){
for(const key23 in data79){
if(!(key23 === "metadata")){
const err210 = {instancePath:instancePath+"/spec/jobTemplate",schemaPath:"#/properties/spec/properties/jobTemplate/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key23},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
}
if(data79.metadata !== undefined){
let data80 = data79.metadata;
if(data80 && typeof data80 == "object" && !Array.isArray(data80)){
for(const key24 in data80){
if(!((key24 === "labels") || (key24 === "annotations"))){
const err211 = {instancePath:instancePath+"/spec/jobTemplate/metadata",schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key24},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
}
if(data80.labels !== undefined){
let data81 = data80.labels;
if(data81 && typeof data81 == "object" && !Array.isArray(data81)){
if(Object.keys(data81).length > 64){
const err212 = {instancePath:instancePath+"/spec/jobTemplate/metadata/labels",schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/properties/labels/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties"};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
for(const key25 in data81){
let data82 = data81[key25];
if(typeof data82 === "string"){
if(data82.length > 63){
const err213 = {instancePath:instancePath+"/spec/jobTemplate/metadata/labels/" + key25.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/properties/labels/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 63},message:"must NOT have more than 63 characters"};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
}
else {
const err214 = {instancePath:instancePath+"/spec/jobTemplate/metadata/labels/" + key25.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
}
}
else {
const err215 = {instancePath:instancePath+"/spec/jobTemplate/metadata/labels",schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/properties/labels/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
}
if(data80.annotations !== undefined){
let data83 = data80.annotations;
if(data83 && typeof data83 == "object" && !Array.isArray(data83)){
if(Object.keys(data83).length > 64){
const err216 = {instancePath:instancePath+"/spec/jobTemplate/metadata/annotations",schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/properties/annotations/maxProperties",keyword:"maxProperties",params:{limit: 64},message:"must NOT have more than 64 properties"};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
for(const key26 in data83){
let data84 = data83[key26];
if(typeof data84 === "string"){
if(data84.length > 65536){
const err217 = {instancePath:instancePath+"/spec/jobTemplate/metadata/annotations/" + key26.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/properties/annotations/additionalProperties/maxLength",keyword:"maxLength",params:{limit: 65536},message:"must NOT have more than 65536 characters"};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
}
else {
const err218 = {instancePath:instancePath+"/spec/jobTemplate/metadata/annotations/" + key26.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/properties/annotations/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
}
}
else {
const err219 = {instancePath:instancePath+"/spec/jobTemplate/metadata/annotations",schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/properties/annotations/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
}
}
else {
const err220 = {instancePath:instancePath+"/spec/jobTemplate/metadata",schemaPath:"#/properties/spec/properties/jobTemplate/properties/metadata/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
}
}
else {
const err221 = {instancePath:instancePath+"/spec/jobTemplate",schemaPath:"#/properties/spec/properties/jobTemplate/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
}
}
else {
const err222 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
}
}
else {
const err223 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}
